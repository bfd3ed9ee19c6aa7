"""What is in a repository: one file for each thing that is looked for. Nothing of the team's is run."""
