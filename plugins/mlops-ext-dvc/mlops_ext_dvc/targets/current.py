"""A folder target: its releases, and the link that says which of them is the current one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from mlops_ext import durable

MARKER = "complete.json"


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """Written last into a release: what it holds, so that looking at it later needs nothing else.

    `project` is the project's folder in the unpacked tree, `tree` the sha256 over what was unpacked;
    `data` says where the data was brought from, `smoke` how the run in the new environment went.
    """

    package: str
    digest: str
    revision: str
    environment: str
    project: str
    tree: str
    interpreter: str
    data: str
    smoke: str


@dataclass(frozen=True)
class Release:
    """The folder of one package on a target; `runs` is kept whatever happens to the rest."""

    folder: Path

    @property
    def package(self) -> Path:
        """The package as it was delivered."""
        return self.folder / "package.tar"

    @property
    def pipeline(self) -> Path:
        """The unpacked tree, which nothing changes: runs work in copies of it."""
        return self.folder / "pipeline"

    @property
    def venv(self) -> Path:
        """The environment, made in this place."""
        return self.folder / "venv"

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.venv / "bin" / "python"

    @property
    def runs(self) -> Path:
        """The folders of the runs."""
        return self.folder / "runs"

    @property
    def dvc_config(self) -> Path:
        """DVC's local configuration for copies of the tree: the target's cache, and remotes by full path."""
        return self.folder / "config.local"

    def marker(self) -> Marker | None:
        """What the release holds; None when it was never finished."""
        try:
            return msgspec.json.decode((self.folder / MARKER).read_bytes(), type=Marker)
        except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
            return None

    def finish(self, marker: Marker) -> None:
        """Say that the release is complete."""
        durable.write_bytes(self.folder / MARKER, msgspec.json.format(msgspec.json.encode(marker)) + b"\n")

    def clear(self) -> None:
        """Remove everything but the runs, the marker first."""
        (self.folder / MARKER).unlink(missing_ok=True)
        for path in sorted(self.folder.glob("*")):
            if path.is_dir() and not path.is_symlink():
                if path != self.runs:
                    durable.remove_tree(path)
            else:
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Place:
    """The folder of a target."""

    folder: Path

    @property
    def cache(self) -> Path:
        """The target's own DVC cache: what the team's cache loses is not lost here."""
        return self.folder / "cache"

    def release(self, digest: str) -> Release:
        """The folder of a package by its digest, `sha256:<hex>`."""
        return Release(self.folder / "releases" / digest.partition(":")[2][:16])

    def current(self) -> Release | None:
        """The release that the link points at; it may be damaged or gone."""
        return self._linked("current")

    def previous(self) -> Release | None:
        """The one that was current before it."""
        found, now = self._linked("previous"), self.current()
        return None if found == now else found

    def since(self) -> str:
        """When the current one became it."""
        moment = (self.folder / "current").lstat().st_mtime
        return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")

    def switch(self, release: Release) -> None:
        """Make a release the current one, from one moment to the next."""
        now = self.current()
        if now == release:
            return
        if now:
            durable.switch_link(self.folder / "previous", self._target(now))
        durable.switch_link(self.folder / "current", self._target(release))

    def sweep(self) -> None:
        """Remove what a killed switch left beside the links; only for the holder of the turn."""
        for left in [*self.folder.glob(".current.*"), *self.folder.glob(".previous.*")]:
            left.unlink(missing_ok=True)

    def _linked(self, name: str) -> Release | None:
        link = self.folder / name
        return Release(self.folder / link.readlink()) if link.is_symlink() else None

    def _target(self, release: Release) -> str:
        return release.folder.relative_to(self.folder).as_posix()
