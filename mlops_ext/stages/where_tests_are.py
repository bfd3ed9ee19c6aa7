"""Where a team keeps its tests: where its pytest is told to look, in folders for them, next to the code."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mlops_ext import git

TEST_FILE = re.compile(r"(test_.*|.*_test)\.py")
FOLDERS = ("tests", "test")
# Scripts that evaluate a model are often called test_model.py: only one that defines a test is imported.
DEFINES = re.compile(r"^\s*(async )?def test|^class Test|^class \w+\(.*TestCase\)", re.MULTILINE)
KEYS = ("testpaths", "python_files")


def places_of_tests(root: Path) -> list[str] | None:
    """Arguments for pytest: none where its own settings say where to look; None where there are no tests."""
    if any(key in table for table in _tables(root) for key in KEYS):
        return []
    files = [name for name in git.files(root) if TEST_FILE.fullmatch(PurePosixPath(name).name)]
    folders = {folder for name in files if (folder := _folder(PurePosixPath(name)))}
    outermost = sorted(one for one in folders if not any(one.startswith(f"{other}/") for other in folders))
    alone = [name for name in files if not _folder(PurePosixPath(name)) and _defines(root / name)]
    return [*outermost, *alone] or None


def _folder(name: PurePosixPath) -> str:
    """The outermost folder of tests that a file lies in."""
    parents = list(reversed(name.parents))
    return next((str(parent) for parent in parents if parent.name in FOLDERS), "")


def _defines(path: Path) -> bool:
    return bool(DEFINES.search(path.read_text(encoding="utf-8", errors="replace")))


def _tables(root: Path) -> Iterator[dict[str, object]]:
    """The settings of pytest in each file that may hold them."""
    for name, path in (("pytest.ini", "pytest"), (".pytest.ini", "pytest"), ("tox.ini", "pytest")):
        yield from _ini(root / name, path)
    yield from _ini(root / "setup.cfg", "tool:pytest")
    tool = _toml(root / "pyproject.toml").get("tool", {})
    own = tool.get("pytest", {}) if isinstance(tool, dict) else {}
    if isinstance(own, dict):
        yield from (own, own.get("ini_options", {}))


def _ini(path: Path, section: str) -> Iterator[dict[str, object]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return
    if parser.has_section(section):
        yield dict(parser[section])


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
