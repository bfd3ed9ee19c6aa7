"""A place where states are saved and brought back under the same paths, since stores hold absolute ones."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from projects.make import Tiny, stop_services

LINKED = ("venv", "environments")


class Arena:
    """The folder of one project, and copies of it as it stood at moments that have names."""

    def __init__(self, tiny: Tiny, store: Path) -> None:
        self.tiny = tiny
        self.store = store

    def save(self, name: str) -> None:
        """Keep the state; what serves is stopped first, since a copy of a running service is none."""
        stop_services(self.tiny)
        _copy(self.tiny.folder, self.store / name)

    def restore(self, name: str) -> None:
        """Bring a state back, whatever is there now."""
        stop_services(self.tiny)
        shutil.rmtree(self.tiny.folder)
        _copy(self.store / name, self.tiny.folder)

    def has(self, name: str) -> bool:
        """Whether a state was saved."""
        return (self.store / name).is_dir()


def _copy(source: Path, target: Path) -> None:
    """A copy; the files of environments, which nobody writes into, are linked."""
    for folder, names, files in os.walk(source):
        place = target / Path(folder).relative_to(source)
        place.mkdir(parents=True, exist_ok=True)
        linked = any(part in LINKED for part in place.relative_to(target).parts)
        for name in [*files, *(one for one in names if Path(folder, one).is_symlink())]:
            _one(Path(folder, name), place / name, linked)
        names[:] = [one for one in names if not Path(folder, one).is_symlink()]


def _one(source: Path, target: Path, linked: bool) -> None:
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
    elif linked:
        os.link(source, target)
    elif source.is_file():
        shutil.copy2(source, target)


def read_json(path: Path) -> object:
    """A JSON file, or None where there is none."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
