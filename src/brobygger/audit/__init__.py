"""Append-only events: who did what, who looked at whom. Sealed into a hash chain seconds later."""
