"""What `mlops-ext doctor` asks: this machine where there are settings, the repository always."""
