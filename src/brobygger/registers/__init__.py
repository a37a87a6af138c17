"""What registers tell of the municipality's citizens before, during and after a mentorship."""
