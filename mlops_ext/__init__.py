"""Continuous delivery of models from the Git repository a team already has."""
