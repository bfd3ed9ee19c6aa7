"""`[tool.mlops-ext.serve]`: the bounds of the service."""

from __future__ import annotations

from mlops_ext.contract.settings import Strict


class ServeSettings(Strict, frozen=True, kw_only=True):
    """Bounds of one service; times are in seconds.

    A request has at most `body_mb` megabytes and `rows` rows; at most `waiting` requests wait, and what
    waits is predicted together in batches of at most `batch_rows` rows.
    """

    body_mb: float = 10.0
    rows: int = 10_000
    waiting: int = 1_000
    batch_rows: int = 1_000
    predict_seconds: float = 30.0
    load_seconds: float = 120.0
    start_seconds: float = 180.0
    drain_seconds: float = 20.0

    @property
    def body_bytes(self) -> int:
        """The largest body in bytes."""
        return int(self.body_mb * 1_000_000)
