"""The same questions to mentor and citizen of a mentorship, on fixed days."""
