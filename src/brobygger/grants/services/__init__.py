"""Changes to grants: applying, deciding, agreeing, using. Each module is one step of the chain."""
