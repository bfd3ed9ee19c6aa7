"""The plugin's own settings: `[tool.mlops-ext.dvc]`."""

from __future__ import annotations

import msgspec


class DvcSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the pipeline is run.

    `wait_seconds` bounds the wait for another run in the same workspace; `remote` is the one to pull
    from where it is not DVC's default; `targets` are the stages to run, all when empty.
    """

    wait_seconds: float = 60.0
    remote: str = ""
    targets: tuple[str, ...] = ()
