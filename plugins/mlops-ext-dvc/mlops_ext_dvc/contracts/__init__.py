"""What the steps of a pipeline owe each other: artifacts that are there, new, readable, and as before."""
