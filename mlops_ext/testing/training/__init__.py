"""Training tests: a pytest plugin that asks a team's own `fit` what unit tests can't.

It runs in the team's environment: it imports the standard library, pytest and, when it works, numpy and
pandas, and nothing else of mlops-ext.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ADAPTER = "training_adapter.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The file that says what to ask, and the one that the answers go to."""
    group = parser.getgroup("training tests")
    group.addoption("--training-plan", default="", help="JSON: table, label, columns, rows, params, skip")
    group.addoption("--training-answers", default="", help="append each answer to this file, a line of JSON")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The adapter's file holds one test for each question."""
    from mlops_ext.testing.training import items, plan

    asked = plan.load(parent.config.getoption("--training-plan"))
    named = asked.adapter and Path(asked.adapter).absolute() == file_path
    if not named and (asked.adapter or file_path.name != ADAPTER):
        return None
    return items.TrainingFile.from_parent(parent, path=file_path, asked=asked)
