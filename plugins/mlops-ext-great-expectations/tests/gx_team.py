"""A GX project as a team has it: made by GX itself, with a data source, a suite, a checkpoint."""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import great_expectations as gx

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN_CLASS = """
import great_expectations.expectations as gxe


class ExpectCarrierToBeShort(gxe.ExpectColumnValueLengthsToBeBetween):
    column: str = "carrier"
    max_value: int = 2
"""


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """The current folder, as the team's notebook had it."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def make(
    root: Path, *expectations: Any, name: str = "cp", kind: str = "csv", path: str = "day.csv",
    options: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """A project in `gx/` whose checkpoint validates one asset with one suite; `options` are the asset's."""
    with inside(root):
        context = gx.get_context(mode="file", project_root_dir=str(root))
        suite = context.suites.add(
            gx.ExpectationSuite(name=f"{name}_suite", expectations=[copy(one) for one in expectations])
        )
        if kind in {"csv", "parquet"}:
            source = context.data_sources.add_pandas_filesystem(f"{name}_files", base_directory="data")
            add = source.add_csv_asset if kind == "csv" else source.add_parquet_asset
            batch = add("days", **(options or {})).add_batch_definition_path("one", path=path)
        elif kind == "daily":
            source = context.data_sources.add_pandas_filesystem(f"{name}_files", base_directory="data")
            regex = r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\.csv"
            batch = source.add_csv_asset("days").add_batch_definition_daily("daily", regex=regex)
        else:
            source = context.data_sources.add_pandas(f"{name}_frames")
            batch = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")
        validation = context.validation_definitions.add(
            gx.ValidationDefinition(name=f"{name}_validation", data=batch, suite=suite)
        )
        context.checkpoints.add(
            gx.Checkpoint(
                name=name,
                validation_definitions=[validation],
                actions=[gx.checkpoint.UpdateDataDocsAction(name="pages", site_names=[])],
            )
        )


def hashes(root: Path) -> dict[str, str]:
    """Every file below a folder, with its content."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file()
    }
