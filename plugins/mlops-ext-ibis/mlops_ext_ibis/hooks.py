"""What the engine answers. Ibis and DuckDB are imported when the first table is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_ibis.settings import IbisSettings

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef, Table

PLUGIN = Plugin(
    name="ibis", roles=("engine",), settings=IbisSettings, tools=("ibis-framework", "duckdb", "pyarrow")
)


@hookimpl
def mlops_check_setup(context: Context) -> Report | None:
    """Whether Ibis and DuckDB import and answer, in a child process."""
    from mlops_ext_ibis import setup

    return setup.check(context)


@hookimpl
def mlops_open_table(context: Context, data: DataRef) -> Table | None:
    """Open a Parquet file or folder, a CSV file, or an Arrow file."""
    from mlops_ext_ibis import reader

    return reader.open_table(context, data)
