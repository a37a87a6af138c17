"""Commitments, budget and forecast of a municipality, put together by the database."""
