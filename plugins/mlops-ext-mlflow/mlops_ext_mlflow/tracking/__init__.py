"""One run around an execution of the pipeline, and a run per step."""
