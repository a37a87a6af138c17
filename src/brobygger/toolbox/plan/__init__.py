"""The plan that citizen, mentor and municipality share."""
