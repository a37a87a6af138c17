"""Users, roles, permissions, and the municipality as the border of what is seen (tenancy)."""
