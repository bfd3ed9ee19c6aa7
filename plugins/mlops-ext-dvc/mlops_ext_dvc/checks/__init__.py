"""Whether DVC works here, and whether its files agree with what lies here."""
