"""Stored figures in words, tables and the places of pictures."""
