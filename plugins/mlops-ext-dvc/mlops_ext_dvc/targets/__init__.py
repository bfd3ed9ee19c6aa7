"""Folders that pipelines are deployed to."""
