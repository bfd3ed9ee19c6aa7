"""From an action's inputs to a running command."""
