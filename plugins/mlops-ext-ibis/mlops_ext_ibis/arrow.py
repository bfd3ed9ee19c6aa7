"""Arrow files and streams, mapped into memory, and folders of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError
from mlops_ext_ibis.keep import keep_arrow
from mlops_ext_ibis.names import check_names
from mlops_ext_ibis.parquet import unify
from mlops_ext_ibis.parts import partition, shown

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.backends.duckdb import Backend
    from ibis.expr.types import Table

    Load = Callable[[Path, str], pa.Table]

MAGIC = b"ARROW1"


def read(
    con: Backend, path: Path, files: Sequence[Path], where: str, say: Callable[[str], None], load: Load
) -> Table:
    """The rows of a file, or of all parts of a folder in the order of their names."""
    loaded = {shown(file, path, where): _with_folders(load, file, path, where) for file in files}
    for part, rows in loaded.items():
        check_names(rows.schema.names, part)
    if len(loaded) == 1:
        return keep_arrow(con, next(iter(loaded.values())))
    unify({part: rows.schema for part, rows in loaded.items()}, say)
    return keep_arrow(con, _together(list(loaded.values())))


def load(path: Path, where: str) -> pa.Table:
    """The rows of one Arrow file or stream."""
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


def _with_folders(load: Load, file: Path, path: Path, where: str) -> pa.Table:
    import pyarrow as pa

    rows = load(file, shown(file, path, where))
    for name, value in (partition(file, path) if file != path else {}).items():
        rows = rows.append_column(name, pa.array([value] * len(rows), pa.string()))
    return rows


def _together(parts: Sequence[pa.Table]) -> pa.Table:
    """One table: integers become floats where another part has them, a part without values takes the type."""
    import pyarrow as pa

    plain = [
        part.cast(
            pa.schema(
                field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
                for field in part.schema
            )
        )
        for part in parts
    ]
    return pa.concat_tables(plain, promote_options="permissive")
