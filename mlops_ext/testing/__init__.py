"""What plugin authors test with: the contract test, and plugins made of text."""
