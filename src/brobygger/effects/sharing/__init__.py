"""Sharing figures with other municipalities, by agreement: who does, what is shared, and who reads it."""
