"""Samples that are the same for the same seed and bytes, whatever engine or version draws them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from mlops_ext_ibis.keep import keep, keep_arrow

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

ROW = "mlops_ext row"


def sample(con: Backend, table: Table, rows: int, n: int, seed: int) -> Table:
    """n rows by their position, drawn by Python, which promises the same draw for ever."""
    import ibis
    import pyarrow as pa

    at = sorted(random.Random(seed).sample(range(rows), n))  # noqa: S311 - a draw, no secret
    wanted = keep_arrow(con, pa.table({ROW: pa.array(at, pa.int64())}))
    numbered = table.mutate(ibis.row_number().name(ROW))
    return keep(con, numbered.semi_join(wanted, ROW).order_by(ROW).drop(ROW))
