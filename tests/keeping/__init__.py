"""The kept store, with a Git server over HTTP and real places for its files."""
