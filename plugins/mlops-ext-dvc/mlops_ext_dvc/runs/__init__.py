"""Where a pipeline runs: in the workspace, with other parameters, deployed, or on a sample."""
