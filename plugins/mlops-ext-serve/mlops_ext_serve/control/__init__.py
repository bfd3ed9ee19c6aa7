"""A service on a target: started, kept running, observed and stopped."""
