"""The service: HTTP in front, one version behind it, and the registry that is followed."""
