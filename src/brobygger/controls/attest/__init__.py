"""The second party's own answer about hours that were drawn for a sample."""
