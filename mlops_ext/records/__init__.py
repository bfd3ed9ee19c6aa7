"""Records: their bytes, their keys, and the places where they are kept and found."""
