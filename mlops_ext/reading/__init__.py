"""A repository as it lies there, read and never run: files by Git, YAML with its lines, pipelines of DVC."""
