"""Letters and agreements: what stands in them, and how they become PDF/A that a screen reader can read."""
