"""A revision as one file, the same bytes anywhere."""
