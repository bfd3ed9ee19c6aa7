"""What a package says of itself, in a folder of its own: the lock, the settings and the manifest."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_ext import process
from mlops_ext.errors import SettingsError

from mlops_ext_dvc import gittree

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_dvc.gittree import Blobs, Entry

FOLDER = "mlops-ext-package"
LOCK = "environment.lock"
SETTINGS = "settings.json"
MANIFEST = "manifest.json"
PYTHON_FILE = ".python-version"
OWN_FILE = "mlops-ext.toml"
PYPROJECT = "pyproject.toml"
LOCK_FILES = (".txt", ".in", ".toml", ".lock", ".python-version")
LARGEST_LOCK_FILE = 16 << 20
_MINOR = re.compile(r"^\s*(?:cpython-|python)?(3\.\d+)(?:\.\d+)?\s*$", re.MULTILINE)
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"


def lock_at(context: Context, entries: list[Entry], blobs: Blobs) -> bytes:
    """The text of the project's lock as the revision has it, not as the workspace does."""
    from mlops_ext.environments.lock import project_lock

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for entry in entries:
            if entry.mode != gittree.LINK and _may_be_a_lock(context, entry, blobs):
                file = root / entry.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(blobs.read(entry.object))
        return project_lock(root, context.settings.lock, context.python).text.encode()


def settings_at(entries: list[Entry], blobs: Blobs) -> bytes:
    """The project's settings at the revision as JSON; an empty table where it has none yet."""
    own = _toml(OWN_FILE, entries, blobs)
    if own is None:
        own = (_toml(PYPROJECT, entries, blobs) or {}).get("tool", {}).get("mlops-ext", {})
    return json.dumps(own, indent=2, sort_keys=True, default=str).encode() + b"\n"


def python_at(context: Context, entries: list[Entry], blobs: Blobs) -> str:
    """The Python that the package asks for, like 3.11: of `.python-version`, else the project's own."""
    text = _read(PYTHON_FILE, entries, blobs)
    named = _MINOR.search(text.decode()) if text else None
    if named:
        return named.group(1)
    asked = process.run([context.python, "-I", "-c", VERSION], cwd=context.root)
    return asked.expect(hint="set `python` in the settings, or commit a .python-version").stdout.strip()


def _may_be_a_lock(context: Context, entry: Entry, blobs: Blobs) -> bool:
    if PurePosixPath(entry.path) == PurePosixPath(context.settings.lock):
        return True
    return entry.path.endswith(LOCK_FILES) and blobs.size(entry.object) <= LARGEST_LOCK_FILE


def _toml(name: str, entries: list[Entry], blobs: Blobs) -> dict[str, dict[str, dict[str, object]]] | None:
    content = _read(name, entries, blobs)
    if content is None:
        return None
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"not valid TOML: {error}", file=name) from error


def _read(name: str, entries: list[Entry], blobs: Blobs) -> bytes | None:
    found = [entry.object for entry in entries if entry.path == name and entry.mode != gittree.LINK]
    return blobs.read(found[0]) if found else None
