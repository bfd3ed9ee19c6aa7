"""What a package says of itself, in a folder of its own: the lock, the settings and the manifest."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mlops_ext import process
from mlops_ext.errors import RefusedError, SettingsError
from mlops_ext_dvc.packages import gittree

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_dvc.packages.gittree import Blobs, Entry

Table = dict[str, Any]
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


@dataclass(frozen=True)
class Packaged:
    """The project at a revision: `folder` is its place in the tree that is packed."""

    context: Context
    folder: str
    entries: list[Entry]
    blobs: Blobs

    def lock(self) -> bytes:
        """The text of the project's lock as the revision has it, not as the workspace does."""
        from mlops_ext.environments import find_lock

        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            for entry in self.entries:
                if entry.mode != gittree.LINK and self._may_be_a_lock(entry):
                    file = root / gittree.on_disk(entry.path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(self.blobs.read(entry.object))
            lock = find_lock(root / self.folder, Path(self.context.python), self.context.settings.lock)
        if lock.kind == "installed":
            self.context.say("the project has no lock: the package names what is installed now")
        if lock.left_out:
            raise RefusedError(
                f"no other machine can install {', '.join(lock.left_out)}",
                hint="commit a lock (uv lock, or requirements with pins) that names releases of them",
            )
        return lock.text.encode()

    def settings(self) -> bytes:
        """The project's settings as JSON; an empty table where it has none yet."""
        own: Table | None = self._toml(OWN_FILE)
        if own is None:
            own = (self._toml(PYPROJECT) or {}).get("tool", {}).get("mlops-ext", {})
        return json.dumps(own, indent=2, sort_keys=True, default=str).encode() + b"\n"

    def python(self) -> str:
        """The Python that the package asks for, like 3.11: of `.python-version`, else the project's own."""
        named = _MINOR.search((self._read(PYTHON_FILE) or b"").decode())
        if named:
            return named.group(1)
        asked = process.run([self.context.python, "-I", "-c", VERSION], cwd=self.context.root)
        return asked.expect(hint="set `python` in the settings, or commit a .python-version").stdout.strip()

    def _may_be_a_lock(self, entry: Entry) -> bool:
        if entry.path == self._path(self.context.settings.lock):
            return True
        return entry.path.endswith(LOCK_FILES) and self.blobs.size(entry.object) <= LARGEST_LOCK_FILE

    def _toml(self, name: str) -> Table | None:
        content = self._read(name)
        if content is None:
            return None
        try:
            return tomllib.loads(content.decode())
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"not valid TOML: {error}", file=name) from error

    def _read(self, name: str) -> bytes | None:
        path = self._path(name)
        found = [entry.object for entry in self.entries if entry.path == path and entry.mode != gittree.LINK]
        return self.blobs.read(found[0]) if found else None

    def _path(self, name: str) -> str:
        return (PurePosixPath(self.folder) / name).as_posix()
