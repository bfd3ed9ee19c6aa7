"""What `init` writes into a repository for its team to review: one file for each thing that it proposes."""
