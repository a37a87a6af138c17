"""Arithmetic of hours and kroner: hour plans by phase, hourly rates, estimates. Plain Python."""
