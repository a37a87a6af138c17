"""Digital tools: which suit the citizen, and the catalogue."""
