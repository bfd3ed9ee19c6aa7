"""Plugins are found without being imported, in an order that does not depend on the disk."""

from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from mlops_ext import discovery

GOOD = 'PLUGIN = Plugin(name="good")\n\n@hookimpl\ndef mlops_check_setup(context):\n    return None\n'


def test_finding_imports_nothing(plugins):
    plugins("good", "raise RuntimeError('imported')")
    assert [entry.name for entry in discovery.find_plugins() if entry.name == "good"] == ["good"]
    assert "plugin_good" not in sys.modules


def test_the_order_is_that_of_names(plugins):
    for name in ("zeta", "alpha", "mid"):
        plugins(name, GOOD)
    names = [entry.name for entry in discovery.find_plugins()]
    assert names == sorted(names)


def test_the_answer_is_that_of_importlib_metadata(plugins):
    plugins("good", GOOD, version="2.5")
    expected = {(e.name, e.value) for e in importlib.metadata.entry_points(group="mlops_ext")}
    assert {(entry.name, entry.target) for entry in discovery.find_plugins()} == expected


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import no_such_module", "ModuleNotFoundError"),
        ("import sys; sys.exit(4)", "SystemExit"),
        ("raise RuntimeError('broken')", "RuntimeError: broken"),
        ("def f(:\n", "SyntaxError"),
    ],
)
def test_a_plugin_that_does_not_import_is_a_row(plugins, code, said):
    plugins("bad", code)
    row = discovery.load("bad", discovery.find_plugins())
    assert row.module is None
    assert said in row.error
    assert "mlops-ext-bad 1.0" in row.label


def test_ctrl_c_during_an_import_is_not_swallowed(plugins):
    plugins("bad", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        discovery.load("bad", discovery.find_plugins())


def test_two_distributions_with_one_name_are_named_both(plugins):
    plugins("twin", GOOD, distribution="first-dist")
    plugins("twin", GOOD, distribution="second-dist", module="plugin_twin2")
    row = discovery.load("twin", discovery.find_plugins())
    assert "first-dist" in row.error
    assert "second-dist" in row.error


def test_a_missing_plugin_says_how_to_get_it():
    row = discovery.load("absent", [])
    assert row.error == "it is not installed"
    assert "pip install mlops-ext-absent" in row.hint


def test_a_folder_that_is_not_there_or_a_broken_entry_file_is_passed_over(tmp_path: Path):
    info = tmp_path / "odd-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_bytes(b"\xff\xfe[mlops_ext]")
    assert discovery.find_plugins([str(tmp_path / "nowhere"), str(tmp_path)]) == []


def test_versions_come_from_folder_names():
    versions = discovery.tool_versions(("click", "Msgspec", "no-such-tool"))
    assert versions["click"] == importlib.metadata.version("click")
    assert versions["Msgspec"] == importlib.metadata.version("msgspec")
    assert versions["no-such-tool"] == "missing"


@pytest.mark.parametrize(
    ("distribution", "package"),
    [
        ("pygithub", "github"),
        ("great-expectations", "great_expectations"),
        ("ibis-framework", "ibis"),
        ("mlflow", "mlflow"),
        ("duckdb", "duckdb"),
        ("plotly", "plotly"),
        ("no-such-thing", "no_such_thing"),
    ],
)
def test_a_distribution_knows_what_to_import_of_it(distribution, package):
    assert discovery.package_of(distribution) == package
