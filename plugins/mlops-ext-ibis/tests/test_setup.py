"""What the plugin says of itself, and its share of the machine."""

from __future__ import annotations

from pathlib import Path

from ibis_tables import context_of

from mlops_ext_ibis import hooks


def test_setup_names_the_versions(tmp_path: Path) -> None:
    report = hooks.mlops_check_setup(context_of(tmp_path))
    assert report is not None
    assert [check.status for check in report.checks] == ["pass"]
    assert "duckdb" in report.checks[0].message


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
