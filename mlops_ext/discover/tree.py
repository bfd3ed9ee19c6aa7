"""The files of a repository that its team wrote or keeps, without those of tools, tests and environments."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlops_ext.process import run
from mlops_ext.reading.texts import decoded

# Folders that tools fill, by name; those of environments are known by what lies in them.
TOOLS = {"node_modules", "__pycache__", "site-packages", "mlruns", "mlartifacts", "build", "dist", "dvclive"}
TESTS = {"tests", "test", "fixtures", "testdata", "test_data"}
ENVIRONMENT = ("pyvenv.cfg", "conda-meta")
# In one folder of data; a folder of pictures has a million, and none is a table.
MOST = 20_000


def files_of(root: Path) -> tuple[str, ...]:
    """Paths relative to the root, in order: what Git has or would take, outside of Git all."""
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root)
    if listed.code:
        return tuple(sorted(_walked(root, root)))
    names = {name for name in listed.stdout.split("\0") if name and (root / name).is_file()}
    environments = {name.rpartition("/")[0] for name in names if name.endswith("/pyvenv.cfg")}
    return tuple(
        sorted(
            name
            for name in names
            if all(_is_theirs(part) for part in name.split("/")[:-1])
            and not any(below(name, folder) for folder in environments)
        )
    )


def files_in(root: Path, places: Iterable[str]) -> tuple[set[str], list[str]]:
    """The files at places that Git does not list, and the folders that hold too many to look at."""
    found: set[str] = set()
    large = []
    for place in sorted(places):
        if (root / place).is_file():
            found.add(place)
            continue
        inside: list[str] = []
        for name in _walked(root, root / place):
            inside.append(name)
            if len(inside) > MOST:
                large.append(place)
                break
        else:
            found.update(inside)
    return found, large


def ignored_by_git(root: Path) -> set[str]:
    """Files and whole folders that Git passes over; tools' and environments' are not among them."""
    words = ["git", "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory"]
    names = run(words, cwd=root).stdout.split("\0")
    places = {name.rstrip("/") for name in names if name}
    return {
        place
        for place in places
        if all(_is_theirs(part) for part in place.split("/"))
        and not any((root / place / mark).exists() for mark in ENVIRONMENT)
    }


def is_test(path: str) -> bool:
    """Whether a path lies among tests: its folder is called so, and is no part of a data folder."""
    folders = path.split("/")[:-1]
    return any(name in TESTS for name in folders) and not ({"data", "datasets"} & set(folders[:1]))


def below(path: str, folder: str) -> bool:
    """Whether a relative path is a folder, or lies in it."""
    return path == folder or folder in ("", ".") or path.startswith(f"{folder}/")


def read_text(path: Path) -> str:
    """A text file in the encoding that it has; what is none is read as far as it goes."""
    content = path.read_bytes()
    return decoded(content) or content.decode("utf-8", errors="replace")


def _walked(root: Path, place: Path) -> Iterator[str]:
    """All files below a place; links to folders are not followed."""
    for base, folders, names in os.walk(place):
        here = Path(base)
        folders[:] = sorted(
            name
            for name in folders
            if _is_theirs(name) and not any((here / name / mark).exists() for mark in (*ENVIRONMENT, ".git"))
        )
        yield from ((here / name).relative_to(root).as_posix() for name in names if (here / name).is_file())


def _is_theirs(folder: str) -> bool:
    return not folder.startswith(".") and folder not in TOOLS and not folder.endswith(".egg-info")
