"""One execution by DVC: what each step is given, what it did, and what it left."""
