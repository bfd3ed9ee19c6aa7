"""The first minutes on a repository as it is: init, then integrate, with no edit between them."""

from __future__ import annotations

from pathlib import Path

import pytest
from calling import call, commit, git

ROWS = "".join(f"{number},{number % 7},{'abc'[number % 3]}\n" for number in range(60))


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A table and a script in Git: no DVC, no suites, no tests, no MLflow."""
    root = tmp_path / "plain"
    root.mkdir()
    (root / "data.csv").write_text(f"id,hour,kind\n{ROWS}")
    (root / "train.py").write_text("import csv\nprint(len(list(csv.reader(open('data.csv')))))\n")
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def test_without_dvc_nothing_is_red_and_what_was_not_asked_is_said(plain: Path) -> None:
    call(plain, "init", "--yes", code=0)
    settings = (plain / "mlops-ext.toml").read_text()
    assert '"dvc"' not in settings
    assert 'path = "data.csv"' in settings
    commit(plain)
    said = call(plain, "integrate", code=0).stdout
    assert "60 rows, 3 columns of data" in said
    assert "no package" in said
    assert "no folder tests" in said


def test_with_dvc_it_is_among_the_plugins(plain: Path) -> None:
    (plain / "dvc.yaml").write_text("stages: {}\n")
    call(plain, "init", "--yes", code=0)
    assert '"dvc"' in (plain / "mlops-ext.toml").read_text()
