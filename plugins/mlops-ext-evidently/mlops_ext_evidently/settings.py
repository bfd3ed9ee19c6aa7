"""`[tool.mlops-ext.evidently]`."""

from __future__ import annotations

import msgspec


class EvidentlySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a report is drawn: at most `rows` rows of each side, and one method and threshold per kind.

    Both are pinned: left alone, Evidently takes other methods once the reference passes 1000 rows.
    """

    rows: int = 20_000
    number_method: str = "wasserstein"
    number_threshold: float = 0.1
    category_method: str = "jensenshannon"
    category_threshold: float = 0.1
