"""What the plugin says of itself, and what it costs before a table is opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ibis_tables import context_of

from mlops_ext_ibis import hooks


def test_setup_names_the_versions(tmp_path: Path) -> None:
    report = hooks.mlops_check_setup(context_of(tmp_path))
    assert report is not None
    assert [check.status for check in report.checks] == ["pass"]
    assert "duckdb" in report.checks[0].message


def test_hooks_import_no_tool() -> None:
    code = "import mlops_ext_ibis.hooks, sys; print([m for m in ('ibis', 'duckdb', 'pyarrow', 'pandas') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_one_duckdb_with_its_limits(tmp_path: Path) -> None:
    from mlops_ext_ibis.connect import connect, connect_for, half_of_memory
    from mlops_ext_ibis.settings import IbisSettings

    con = connect_for(IbisSettings(threads=1, memory_limit="512MiB"))
    found = con.raw_sql(
        "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('TimeZone')"
    )
    assert found.fetchone() == (1, "512.0 MiB", "UTC")
    assert con is connect(1, "512MiB")
    assert half_of_memory().endswith("MiB")
