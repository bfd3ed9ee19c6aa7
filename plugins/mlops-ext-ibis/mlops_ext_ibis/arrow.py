"""Arrow IPC files and streams, mapped into memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis.keep import keep_arrow
from mlops_ext_ibis.names import check_names

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

MAGIC = b"ARROW1"


def read(con: Backend, path: Path, where: str) -> Table:
    """The rows of an Arrow file."""
    rows = _load(path, where)
    check_names(rows.schema.names, where)
    return keep_arrow(con, rows)


def _load(path: Path, where: str) -> pa.Table:
    import pyarrow as pa

    try:
        source = pa.memory_map(str(path))
        with path.open("rb") as file:
            whole = file.read(len(MAGIC)) == MAGIC
        reader = pa.ipc.open_file(source) if whole else pa.ipc.open_stream(source)
        return reader.read_all()
    except (pa.ArrowInvalid, OSError) as error:
        size = path.stat().st_size
        raise CouldNotTellError(
            f"{where} ({size:,} bytes) is not a complete Arrow file", hint="write it again"
        ) from error
