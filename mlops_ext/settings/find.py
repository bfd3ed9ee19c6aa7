"""Where a project begins, and which file holds its settings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from mlops_ext.errors import SettingsError, UsageError

OWN_FILE = "mlops-ext.toml"
PYPROJECT = "pyproject.toml"


@dataclass(frozen=True)
class SettingsFile:
    """A file with settings: `table` is what `[tool.mlops-ext]` or the whole of mlops-ext.toml holds."""

    path: Path
    text: str
    table: dict[str, object]
    project_name: str = ""

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.path.parent

    def line_of(self, key: str) -> int:
        """The line of the first `key =` or `[... key]`, 1 where there is none to be found."""
        for number, line in enumerate(self.text.splitlines(), start=1):
            stripped = line.strip()
            name = stripped.partition("=")[0].strip().strip("\"'")
            table = stripped.strip("[]").split(".")
            if name == key or (stripped.startswith("[") and key in [part.strip("\"' ") for part in table]):
                return number
        return 1


def find_settings(start: Path, top: Path | None = None) -> SettingsFile:
    """The settings of the nearest parent that has some, at most `top`; two files in a folder are an error."""
    for folder in (start, *start.parents):
        if top is not None and not folder.is_relative_to(top):
            break
        found = [file for file in (read_own(folder), read_pyproject(folder)) if file]
        if len(found) == 2:
            raise SettingsError(
                f"two files hold settings: {OWN_FILE} and {PYPROJECT}",
                file=str(folder),
                hint="keep one of them",
            )
        if found:
            return found[0]
    raise UsageError(
        "no settings here or in a folder above", file=str(start), hint="mlops-ext init writes them"
    )


def read_own(folder: Path) -> SettingsFile | None:
    """The settings in mlops-ext.toml, if the file is there."""
    path = folder / OWN_FILE
    if not path.is_file():
        return None
    text, table = _parse(path)
    return SettingsFile(path, text, table)


def read_pyproject(folder: Path) -> SettingsFile | None:
    """The settings in pyproject.toml, if it has a table for us."""
    path = folder / PYPROJECT
    if not path.is_file():
        return None
    text, content = _parse(path)
    tool = content.get("tool", {})
    table = tool.get("mlops-ext") if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        return None
    project = content.get("project", {})
    name = project.get("name", "") if isinstance(project, dict) else ""
    return SettingsFile(path, text, table, str(name))


def parse_text(path: Path, text: str) -> dict[str, object]:
    """TOML as a table; what is not TOML is a settings error with the line."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not valid TOML: {error}", file=path.name) from error


def _parse(path: Path) -> tuple[str, dict[str, object]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"can't be read: {error}", file=str(path)) from error
    return text, parse_text(path, text)
