"""What people and programs see: text, JSON, and GitHub, all from one outcome."""
