"""Every `uses:` of a repository, and what stands in for it where nothing can be fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

STUBS = Path(__file__).parent / "stubs"
OURS = "mlops-ext/mlops-ext"
USES = re.compile(
    r"^[\s-]*(?:uses|\"uses\"):\s*[\"']?(?P<name>[\w.-]+/[\w.-]+)[^@\s]*@(?P<ref>[^\s\"'#]+)", re.M
)


def mapped(checkout: Path, folders: Iterable[Path]) -> Iterator[str]:
    """act's options: our own repository is the checkout, `actions/*` are stubs, anything else is a fault."""
    for name, ref in sorted({found for folder in folders for found in _used(folder)}):
        if name == "actions/checkout":
            continue  # act does this one itself
        place = checkout if name == OURS else STUBS / name.removeprefix("actions/")
        assert name == OURS or name.startswith("actions/"), f"{name}: a third party's action"
        assert place.is_dir(), f"{name}: there is no stub for it in {STUBS}"
        yield f"--local-repository={name}@{ref}={place}"


def _used(folder: Path) -> Iterator[tuple[str, str]]:
    for file in _files(folder):
        for found in USES.finditer(file.read_text(encoding="utf-8")):
            yield found["name"], found["ref"]


def _files(folder: Path) -> Iterator[Path]:
    for pattern in (".github/workflows/*.y*ml", "action.y*ml", "*/action.y*ml", "*/*/action.y*ml"):
        yield from sorted(folder.glob(pattern))
