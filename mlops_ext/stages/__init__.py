"""The six stages. Each asks its plugins, folds their answers into one verdict, and leaves a record."""
