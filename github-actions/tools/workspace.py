"""Git in a job's container: the workspace belongs to the runner's user, and the job is somebody else."""

from __future__ import annotations

import os


def trusted_workspace() -> dict[str, str]:
    """Variables by which Git reads the workspace all the same, as actions/checkout lets its own steps do."""
    place = os.environ.get("GITHUB_WORKSPACE")
    if not place:
        return {}
    number = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    return {
        "GIT_CONFIG_COUNT": str(number + 1),
        f"GIT_CONFIG_KEY_{number}": "safe.directory",
        f"GIT_CONFIG_VALUE_{number}": place,
    }
