"""A tiny real project for tests: Git, DVC, three plain scripts, and every plugin in its settings."""
