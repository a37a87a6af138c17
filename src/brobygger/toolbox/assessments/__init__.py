"""Assessments over time, by each side apart."""
