"""Reading: the facts of cases, and what the controls have found."""
