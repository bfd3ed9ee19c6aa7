"""What is kept with a version: the right lock, the newest training time, the team's modules and no tests."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from mlflow_fakes import make_context

from mlops_ext.contract.data import Column, DataRef, Measured
from mlops_ext.contract.pipeline import Run, Source
from mlops_ext.process import run as run_command
from mlops_ext_mlflow.registration import facts, teamcode

DAYS = {
    "flights": ("2013-01-01", "2013-03-31"),
    "test": ("2013-03-01", "2013-03-31"),
    "train": ("2013-01-01", "2013-02-20"),
}


@dataclass
class Days:
    """A table of days, as far as these questions go."""

    name: str
    before: str = ""

    @property
    def schema(self) -> tuple[Column, ...]:
        """One column."""
        return (Column(name="day", type="date"),)

    def between(self, column: str, start: str, end: str) -> Days:
        """Rows before `end`."""
        assert (column, start) == ("day", "")
        return Days(self.name, end)

    def aggregate(self, measures: list[Any]) -> tuple[Measured, ...]:
        """The first or the last day; the day before the cut where there is one."""
        first, last = DAYS[self.name]
        newest = "2013-02-28" if self.before == "2013-03-01" else last
        return (Measured(value={"min": first, "max": newest}[measures[0].kind]),)


def run_at(path: Path, kind: str = "workspace") -> Run:
    """A run with the three tables."""
    data = tuple(DataRef(name=name, uri=f"/{name}") for name in DAYS)
    source = Source(kind=kind, path=str(path))
    return Run(id="1", name="r", status="finished", source=source, path=str(path), data=data)


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ({"data": "flights"}, "2013-03-31"),
        ({"data": "flights", "test": "test"}, "2013-02-28"),
        ({"data": "flights", "test": "test", "train": "train"}, "2013-02-20"),
        ({}, ""),
    ],
)
def test_trained_until(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: dict[str, str], wanted: str
) -> None:
    data = {name: {"path": name, "time": "day"} for name in DAYS}
    context = make_context(tmp_path, models={"m": model}, data=data)
    monkeypatch.setattr(context.desk, "open", lambda ref: Days(ref.name))
    assert facts.trained_until(context, run_at(tmp_path), "m") == wanted


def test_the_lock_of_a_deployed_package_comes_before_the_projects(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("pandas==3.0.6\n")
    place = tmp_path / "release" / "pipeline"
    (place / "mlops-ext-package").mkdir(parents=True)
    (place / "mlops-ext-package" / "environment.lock").write_text("pandas==2.0.0\n")
    context = make_context(tmp_path)
    assert facts.lock_text(context, run_at(place / "sub", "deployment")) == "pandas==2.0.0\n"
    assert facts.lock_text(context, run_at(tmp_path)) == "pandas==3.0.6\n"


def test_the_version_of_the_interpreter(tmp_path: Path) -> None:
    source = Source(kind="workspace", path="/x", python=sys.executable)
    own = Run(id="1", name="r", status="finished", source=source)
    assert facts.python_version(make_context(tmp_path), own) == "{}.{}".format(*sys.version_info)


@pytest.mark.parametrize("tracked", [True, False])
def test_the_teams_modules_and_nothing_else(tmp_path: Path, tracked: bool) -> None:
    tree, target = tmp_path / "tree", tmp_path / "code"
    own = ("model.py", "src/model.py", "src/team/__init__.py", "src/team/parts.py")
    other = ("tests/test_a.py", "src/test_b.py", "conftest.py", ".venv/x.py", "venv/y.py", "notes.txt")
    for name in (*own, *other):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(f"# {name}\n")
    if tracked:
        for words in (["init", "-q"], ["add", "-A"]):
            run_command(["git", *words], cwd=tree).expect()
    teamcode.copy(tree, (".", "src", "../elsewhere", "absent"), target)
    found = sorted(path.relative_to(target).as_posix() for path in target.rglob("*.py"))
    assert found == [
        "model.py",
        "src/model.py",
        "src/team/__init__.py",
        "src/team/parts.py",
        "team/__init__.py",
        "team/parts.py",
    ]
    assert (target / "model.py").read_text() == "# model.py\n"
