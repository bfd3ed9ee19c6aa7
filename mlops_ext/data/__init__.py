"""Tables before any tool sees them: what their schema must be, and how it changed."""
