"""Workflows that call the stages on GitHub: what they are written from, and how each is written."""
