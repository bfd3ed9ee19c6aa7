"""What differs between two states of a project, and which trial of a sweep is the best."""
