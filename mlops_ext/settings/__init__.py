"""Finding and reading a project's settings."""
