"""Signs of fraud and error: found at night, looked at by people, explained or followed up."""
