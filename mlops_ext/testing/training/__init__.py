"""Training tests: a pytest plugin that asks a team's own `fit` what unit tests can't.

It runs in the team's environment: it imports the standard library, pytest and, when it works, numpy and
pandas, and nothing else of mlops-ext. Python 3.9 is enough.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ADAPTER = "training_adapter.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the rows are, and what is left out."""
    group = parser.getgroup("training tests")
    group.addoption("--training-adapter", default="", help=f"the adapter's file, where it is no {ADAPTER}")
    group.addoption("--training-table", default="", help="the table to learn from (or rows() in the adapter)")
    group.addoption("--training-label", default="", help="its column with the truth")
    group.addoption("--training-rows", default=300, type=int, help="how many rows of it are used")
    group.addoption("--training-ignore", action="append", default=[], help="a column that is no feature: ids")
    group.addoption("--training-skip", action="append", default=[], help="a check to leave out")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The adapter's file holds one test for each question."""
    if not _is_adapter(file_path, parent.config):
        return None
    from mlops_ext.testing.training import items

    return items.TrainingFile.from_parent(parent, path=file_path, asked=_plan(parent.config))


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Nothing else is in the adapter's file: an import that fails there is an answer of ours."""
    if not _is_adapter(module_path, parent.config):
        return None
    from mlops_ext.testing.training import items

    return items.Nothing.from_parent(parent, path=module_path)


def _is_adapter(path: Path, config: pytest.Config) -> bool:
    named = config.getoption("--training-adapter")
    return Path(named).absolute() == path if named else path.name == ADAPTER


def _plan(config: pytest.Config) -> object:
    from mlops_ext.testing.training.plan import Plan

    root = config.rootpath
    return Plan(
        table=config.getoption("--training-table"),
        label=config.getoption("--training-label"),
        rows=config.getoption("--training-rows"),
        ignored=tuple(config.getoption("--training-ignore")),
        skip=dict.fromkeys(config.getoption("--training-skip"), "left out by --training-skip"),
        path=(str(root), str(root / "src")),
        root=str(root),
    )
