"""The end of a mentorship beside the decision: parting talk, the citizen's own words, the report, the next citizen."""
