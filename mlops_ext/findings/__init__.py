"""What can be seen in a repository without running anything of it: files, lines, and the way out."""
