"""Comparison by the hook, with the real Evidently."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from evidently_project import Compare, context_of, profile_of

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef
from mlops_ext_evidently import hooks


@pytest.fixture
def compare(tmp_path: Path) -> Compare:
    """Compare two tables by the hook; every answer is strict JSON and closes no gate."""

    def ask(reference: dict[str, Any], current: dict[str, Any], kinds: dict[str, str], **own: Any) -> Report:
        context = context_of(tmp_path, pa.table(reference), pa.table(current), **own)
        report = hooks.mlops_compare_data(
            context, profile_of(**kinds), DataRef(name="log", uri="current", digest="md5:9")
        )
        assert report is not None
        assert report.question == "report"
        assert {check.severity for check in report.checks} == {"info"}
        assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
        return report

    return ask
