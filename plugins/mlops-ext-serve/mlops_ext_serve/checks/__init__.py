"""The questions about a model version before it serves."""
