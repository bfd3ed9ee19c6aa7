"""The callers that the guide shows, as files of a repository."""

from __future__ import annotations

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "github-workflows.md"
BLOCK = re.compile(r"^```yaml\n# (\.github/workflows/[\w-]+\.yml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"^    uses: mlops-ext/.*\n(?:    with:\n)?", re.MULTILINE)


def callers() -> dict[str, str]:
    """Path and text of each, as written."""
    found = dict(BLOCK.findall(GUIDE.read_text(encoding="utf-8")))
    assert found, "the guide shows no caller"
    return found


def write_callers(root: Path, *more: str, install: str = "none") -> None:
    """All of them, by default with the tools that are on PATH, and `more` inputs."""
    inputs = "".join(f"      {line}\n" for line in (f"install: {install}", *more))
    for name, text in callers().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CALL.sub(lambda call: f"{call[0].splitlines()[0]}\n    with:\n{inputs}", text))


def caller(stage: str) -> str:
    """Where the caller of a stage stands."""
    return f".github/workflows/mlops-ext-{stage}.yml"
