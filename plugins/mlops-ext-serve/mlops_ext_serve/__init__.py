"""The prediction service: a plugin of mlops-ext."""
