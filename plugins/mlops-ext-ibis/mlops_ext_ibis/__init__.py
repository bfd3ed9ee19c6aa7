"""Tables for every stage of mlops-ext, read and counted by Ibis on DuckDB."""
