"""The files of a repository that its team wrote or keeps, without those of tools, tests and environments."""

from __future__ import annotations

import os
from pathlib import Path

# Folders that tools fill, by name; those of environments are known by what lies in them.
TOOLS = {"node_modules", "__pycache__", "site-packages", "mlruns", "mlartifacts", "build", "dist", "dvclive"}
TESTS = {"tests", "test", "fixtures", "testdata", "test_data"}


def files_of(root: Path) -> tuple[str, ...]:
    """Paths relative to the root, in order. Links to folders are not followed."""
    found = []
    for base, folders, names in os.walk(root):
        here = Path(base)
        folders[:] = sorted(name for name in folders if _is_theirs(here / name))
        found += [(here / name).relative_to(root).as_posix() for name in names]
    return tuple(sorted(found))


def is_test(path: str) -> bool:
    """Whether a path lies among tests: its folder is called so, and is no part of a data folder."""
    folders = path.split("/")[:-1]
    return any(name in TESTS for name in folders) and not ({"data", "datasets"} & set(folders[:1]))


def below(path: str, folder: str) -> bool:
    """Whether a relative path is a folder, or lies in it."""
    return path == folder or folder in ("", ".") or path.startswith(f"{folder}/")


def read_text(path: Path) -> str:
    """A text file as its byte order mark says, else UTF-8; what is neither is read as far as it goes."""
    content = path.read_bytes()
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    return content.decode("utf-16" if utf16 else "utf-8-sig", errors="replace")


def _is_theirs(folder: Path) -> bool:
    if folder.name.startswith(".") or folder.name in TOOLS or folder.name.endswith(".egg-info"):
        return False
    return not any((folder / mark).exists() for mark in ("pyvenv.cfg", "conda-meta", ".git"))
