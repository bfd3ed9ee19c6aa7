"""Model versions as they are registered: found, told with their lineage, and fetched."""
