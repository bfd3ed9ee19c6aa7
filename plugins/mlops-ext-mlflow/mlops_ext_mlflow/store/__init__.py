"""The MLflow that we talk to: which one, how long we wait for it, and every call to it."""
