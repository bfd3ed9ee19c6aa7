"""MLflow for mlops-ext."""
