"""Finding plugins without importing them, and importing only those that are named.

A plugin that is broken becomes a row that says so; it never stops the command.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType

from mlops_ext.misfit import told

GROUP = "mlops_ext"
HINT = "its author has to mend it: docs/guides/write-a-plugin.md"
_SECTION = re.compile(r"^\[(.+)\]\s*$")


@dataclass(frozen=True, order=True)
class Found:
    """An entry point of ours in an installed distribution."""

    name: str
    distribution: str
    version: str
    target: str

    @property
    def label(self) -> str:
        """The plugin with its distribution, as messages name it."""
        return f"{self.name} ({self.distribution} {self.version})"


@dataclass(frozen=True)
class Loaded:
    """A plugin that was asked for: its module, or the error that keeps it from answering."""

    name: str
    label: str
    module: ModuleType | None = None
    error: str = ""
    hint: str = ""


def find_plugins(paths: list[str] | None = None) -> list[Found]:
    """All plugins on these folders (by default `sys.path`), sorted: the order never depends on the disk."""
    found: list[Found] = []
    seen: set[str] = set()
    for folder in paths if paths is not None else sys.path:
        for found_in, distribution, version in _distributions(folder or "."):
            if distribution in seen:
                continue
            seen.add(distribution)
            found += _entries(found_in, distribution, version)
    return sorted(set(found))


def load(name: str, found: list[Found]) -> Loaded:
    """Import one named plugin; whatever its import does becomes a row, except Ctrl-C."""
    mine = [entry for entry in found if entry.name == name]
    if not mine:
        return Loaded(
            name,
            name,
            error="it is not installed",
            hint=f"pip install mlops-ext-{name}, or take it out of `plugins`",
        )
    if len(mine) > 1:
        return _several(name, mine)
    entry = mine[0]
    row = Loaded(name, entry.label)
    try:
        with redirect_stdout(sys.stderr):
            return replace(row, module=import_module(entry.target))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin's import may do anything
        hint = f"pip install --upgrade {entry.distribution}, or take it out of `plugins`"
        return replace(row, error=f"it does not import: {told(error)}", hint=hint)


def _several(name: str, mine: list[Found]) -> Loaded:
    owners = sorted({f"{entry.distribution} {entry.version}" for entry in mine})
    if len(owners) == 1:
        label = f"{name} ({owners[0]})"
        return Loaded(name, label, error="one distribution has it twice", hint=HINT)
    error = f"two distributions have it: {' and '.join(owners)}"
    return Loaded(name, name, error=error, hint="uninstall one of them")


def tool_versions(names: tuple[str, ...]) -> dict[str, str]:
    """Versions of installed distributions by name, read from folder names; `missing` where there is none."""
    wanted = {canonical(name): name for name in names}
    versions = dict.fromkeys(names, "missing")
    for folder in sys.path:
        for _, distribution, version in _distributions(folder or "."):
            name = wanted.pop(canonical(distribution), None)
            if name:
                versions[name] = version
        if not wanted:
            break
    return versions


def package_of(distribution: str) -> str:
    """What to import of an installed distribution: the package of its name, else the first that it holds."""
    alike = canonical(distribution).replace("-", "_")
    try:
        files = metadata.distribution(distribution).files or ()
    except metadata.PackageNotFoundError:
        return alike
    packages = sorted(file.parts[0] for file in files if len(file.parts) == 2 and file.name == "__init__.py")
    public = [name for name in packages if name.isidentifier() and not name.startswith("_")]
    return alike if alike in public or not public else public[0]


def canonical(name: str) -> str:
    """A distribution's name in the one spelling of PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _distributions(folder: str) -> Iterator[tuple[Path | metadata.Distribution, str, str]]:
    if not os.path.isdir(folder):
        if folder.endswith((".zip", ".whl", ".egg")) and os.path.isfile(folder):
            yield from ((dist, dist.name, dist.version) for dist in metadata.distributions(path=[folder]))
        return
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return
    for name in sorted(names):
        stem = name.rpartition(".")[0]
        distribution, _, version = stem.partition("-")
        yield Path(folder, name), distribution.replace("_", "-"), version.partition("-")[0]


def _entries(where: Path | metadata.Distribution, distribution: str, version: str) -> Iterator[Found]:
    try:
        text = (
            (where / "entry_points.txt").read_text(encoding="utf-8")
            if isinstance(where, Path)
            else where.read_text("entry_points.txt") or ""
        )
    except (OSError, UnicodeDecodeError):
        return
    if GROUP not in text:
        return
    section = ""
    for line in text.splitlines():
        heading = _SECTION.match(line.strip())
        if heading:
            section = heading.group(1)
        elif section == GROUP and "=" in line:
            name, _, target = line.partition("=")
            yield Found(name.strip(), distribution, version, target.strip().partition(":")[0])
