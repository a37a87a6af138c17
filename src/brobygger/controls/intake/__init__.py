"""Cases of a municipality that has not moved yet: its own spreadsheet held against the auditor's questions."""
