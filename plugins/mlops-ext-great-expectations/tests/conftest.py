"""Validation by the hook, with the real Great Expectations."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gx_project import Validate, context_of, write_suite

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef
from mlops_ext_great_expectations import hooks


def pytest_configure(config: pytest.Config) -> None:
    """What GX warns of: row conditions as text, which teams have in their suites."""
    for message in ("The condition_parser parameter", "Passing a string to the row_condition"):
        config.addinivalue_line("filterwarnings", f"ignore:{message}:DeprecationWarning")


@pytest.fixture
def validate(tmp_path: Path) -> Validate:
    """Validate columns against expectations by the hook."""

    def ask(columns: dict[str, Any] | pa.Table, *expectations: dict[str, Any], **own: Any) -> Report:
        rows = columns if isinstance(columns, pa.Table) else pa.table(columns)
        write_suite(tmp_path, *expectations)
        reports = hooks.mlops_validate_data(
            context_of(tmp_path, rows, **own), DataRef(name="t", uri="t.parquet")
        )
        assert reports is not None
        (report,) = reports
        assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
        assert b"Infinity" not in msgspec.json.encode(report)
        return report

    return ask
