"""A model version in a process of its own, and what may be asked of it."""
