"""Brobygger runs the Danish mentor scheme (mentorordningen)."""
