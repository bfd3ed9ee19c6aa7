"""Whether a model is good enough: what release asks before it serves, and monitor while it does."""
