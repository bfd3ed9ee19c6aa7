"""Metrics and their intervals over columns of numbers."""
