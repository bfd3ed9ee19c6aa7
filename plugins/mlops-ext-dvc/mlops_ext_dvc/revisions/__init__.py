"""What a Git revision, or the workspace, says of itself, without running anything."""
