"""What a reviewer reads of an answer: Markdown in which every value from outside is shown as text."""
