"""The bytes of tables and of hashes: which they are, where they lie, and how they get here."""
