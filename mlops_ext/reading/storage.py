"""DVC's remotes as the committed configuration names them, and the variables by which keys reach them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from mlops_ext.reading.config import Entry, entries
from mlops_ext.reading.tree import Tree

# What each storage's own library reads. Those that are left out take a key from a file, an agent, or DVC's
# own configuration only, so no variable opens them.
VARIABLES = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    "azure": ("AZURE_STORAGE_CONNECTION_STRING",),
    "gdrive": ("GDRIVE_CREDENTIALS_DATA",),
    "oss": ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET"),
}
OPEN = ("http", "https")
FOLDER = "folder"


class Remote(NamedTuple):
    """A remote: `kind` is the scheme of its URL, or `folder`; `private` where it is told how to log in."""

    name: str
    url: str
    kind: str
    file: str
    line: int
    private: bool

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables that hold its keys."""
        return VARIABLES.get(self.kind, ())


def default_remote(tree: Tree) -> Remote | None:
    """The one that DVC takes: `core.remote` of the nearest configuration, else the only one there."""
    for folder in (PurePosixPath(tree.project), *PurePosixPath(tree.project).parents):
        file = (folder / ".dvc/config").as_posix()
        if tree.has(file):
            return _default(file, list(entries(tree.text(file) or "")))
    return None


def _default(file: str, said: list[Entry]) -> Remote | None:
    urls = {entry.name: entry for entry in said if entry.section == "remote" and entry.key == "url"}
    named = next((entry.value for entry in said if (entry.section, entry.key) == ("core", "remote")), "")
    found = urls.get(named or (next(iter(urls)) if len(urls) == 1 else ""))
    if found is None:
        return None
    scheme = re.match(r"([a-z][\w+.-]+)://", found.value)
    return Remote(
        name=found.name,
        url=found.value,
        kind=scheme[1] if scheme and scheme[1] != "file" else FOLDER,
        file=file,
        line=found.line,
        private=any(entry.name == found.name and entry.key in ("auth", "user", "password") for entry in said),
    )
