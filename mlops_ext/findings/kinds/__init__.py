"""A module for each kind of fault; `find(look)` yields what it found."""
