"""Evidently's report for people: a live window beside the data that a version was trained on."""
