"""Pay evidence: what a company, consultant or provider has shown of its price, once for all its citizens."""
