"""The suites of Great Expectations that a team has, as checks of mlops-ext."""
