"""Small repositories of text, and what is found in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from calling import git

from mlops_ext.contract.checks import FAIL, Check
from mlops_ext.findings.examine import examine

LookAt = Callable[..., list[Check]]
DVC = {".dvc/config": "", ".dvc/.gitignore": "/cache\n"}


@pytest.fixture
def look_at(tmp_path: Path) -> LookAt:
    """Makes files a repository and returns its findings; `packages` are those of its environment."""

    def look(
        files: dict[str, str | bytes], here: dict[str, str] | None = None, **packages: str
    ) -> list[Check]:
        root = tmp_path / "repository"
        for path, content in files.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        git(root, "init", "-q")
        git(root, "add", "-A")
        for path, content in (here or {}).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
        report = examine(root, packages)
        assert [check for check in report.checks if check.status == "error"] == []
        return [check for check in report.checks if check.status == FAIL]

    return look


def told(checks: list[Check]) -> list[str]:
    """Each finding as `rule place`."""
    return [f"{check.name} {check.where}" for check in checks]
