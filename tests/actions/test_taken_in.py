"""When two jobs may share a project environment: never when a file that theirs takes in differs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "github-actions"))

from tools.taken_in import parts


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """A file that takes in a second one, which takes in a third, and that the first again."""
    files = {
        "requirements-dev.txt": "-r deep/base.txt\npytest\n",
        "deep/base.txt": "--constraint=../pins.txt\npandas\n-r none.txt\n",
        "pins.txt": "pandas==3.0.0\n-r requirements-dev.txt\n",
        "other.txt": "numpy\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path / "requirements-dev.txt"


@pytest.mark.parametrize(
    ("changed", "another"),
    [("requirements-dev.txt", True), ("deep/base.txt", True), ("pins.txt", True), ("other.txt", False)],
)
def test_what_is_taken_in_counts(requirements: Path, changed: str, another: bool) -> None:
    before = list(parts(requirements))
    file = requirements.parent / changed
    file.write_text(file.read_text() + "# another day\n")
    assert (list(parts(requirements)) != before) == another


@pytest.mark.parametrize(
    ("line", "local"),
    [("-e .", True), (".[dev]", True), ("./wheels/a.whl", True), ("a @ file:///x/a.whl", True),
     ("pandas", False), ("a @ https://example.org/a.whl", False)],
)  # fmt: skip
def test_what_lies_in_the_workspace_is_of_this_commit_and_this_place(
    requirements: Path, monkeypatch: pytest.MonkeyPatch, line: str, local: bool
) -> None:
    requirements.write_text(f"{line}\n")
    monkeypatch.setenv("GITHUB_SHA", "a" * 40)
    before = list(parts(requirements))
    monkeypatch.setenv("GITHUB_SHA", "b" * 40)
    assert (list(parts(requirements)) != before) == local
