"""The kill-and-race harness: commands that count their durable steps, and die at the n-th."""
