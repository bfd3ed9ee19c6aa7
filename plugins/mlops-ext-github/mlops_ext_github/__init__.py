"""GitHub shows what the stages say, and says who approved."""
