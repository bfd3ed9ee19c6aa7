"""What must not go into Git: data that DVC keeps, and secrets."""
