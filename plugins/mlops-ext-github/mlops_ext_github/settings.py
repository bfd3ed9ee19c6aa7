"""`[tool.mlops-ext.github]`."""

from __future__ import annotations

import msgspec

NAME = "github"


class GithubSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is shown on GitHub beside the comment, and how many seconds we wait when it asks us to."""

    check_run: bool = True
    deployments: bool = True
    dispatch: bool = True
    issues: bool = True
    labels: tuple[str, ...] = ("mlops-ext",)
    wait_seconds: float = 60.0
