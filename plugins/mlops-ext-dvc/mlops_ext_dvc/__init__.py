"""DVC for mlops-ext."""
