"""`[tool.mlops-ext.ibis]`: how much of the machine the engine takes."""

from __future__ import annotations

import msgspec


class IbisSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`ibis`: 0 threads takes the processors we may use; no `memory_limit` takes half of the memory."""

    threads: int = 0
    memory_limit: str = ""
