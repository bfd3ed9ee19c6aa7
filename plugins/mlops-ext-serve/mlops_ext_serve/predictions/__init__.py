"""The log of what was predicted, and windows of it as tables."""
