"""Short copies of the data, for a run of the whole pipeline on a few rows."""
