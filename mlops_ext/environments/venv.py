"""What the files of a virtual environment say about it, without starting its interpreter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_EXACT = re.compile(r"\d+\.\d+\.\d+\w*")


class VenvFacts(NamedTuple):
    """Implementation, exact version, and the folders in which distributions lie."""

    implementation: str
    version: str
    folders: list[Path]


def venv_facts(python: Path) -> VenvFacts | None:
    """The facts of the environment of this interpreter; None when only the interpreter itself can say."""
    root = python.absolute().parent.parent
    settings = _settings(root / "pyvenv.cfg")
    folders = site_folders(root)
    version = settings.get("version_info") or settings.get("version") or ""
    if not folders or not _EXACT.fullmatch(version) or _stale(python, root):
        return None
    if settings.get("include-system-site-packages", "false").lower() != "false":
        return None
    named = "pypy" if folders[0].parent.name.startswith("pypy") else "cpython"
    return VenvFacts(settings.get("implementation", named).lower(), version, folders)


def site_folders(root: Path) -> list[Path]:
    """The `site-packages` of an environment and the folders that its `.pth` files add, in order."""
    found = sorted(path for path in root.glob("lib*/py*/site-packages") if not path.parents[1].is_symlink())
    return [folder for site in found for folder in (site, *_added(site))]


def _added(site: Path) -> list[Path]:
    lines = [
        line
        for file in sorted(site.glob("*.pth"))
        for line in file.read_text("utf-8", "replace").splitlines()
    ]
    named = [site / line.strip() for line in lines if line.strip() and not line.startswith(("#", "import"))]
    return [folder for folder in named if folder.is_dir()]


def _settings(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _stale(python: Path, root: Path) -> bool:
    # The base interpreter may have been updated in place after the environment was made.
    try:
        return python.stat().st_mtime > (root / "pyvenv.cfg").stat().st_mtime
    except OSError:
        return True
