"""A new model version from what a run left."""
