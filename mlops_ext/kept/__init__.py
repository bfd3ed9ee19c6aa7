"""A store that is a file, kept where the team keeps its data: under a lease, from one runner to the next."""
