"""Which version an alias means: an append-only log, and the alias that follows it."""
