"""What DVC's files, index and cache say."""
