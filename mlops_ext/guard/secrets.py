"""Secrets in lines that are new. What they are is told, and where; never how they read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from mlops_ext.contract.checks import FAIL, Check
from mlops_ext.guard import forms
from mlops_ext.guard.kept import CONFIG
from mlops_ext.reading.config import entries
from mlops_ext.reading.index import Change, Index, few

RULE = "secrets stay out of Git"
LOCAL = f"{CONFIG}.local"
SHORTEST = 8
# Where Git itself looks for a NUL to tell bytes from text.
BEGINNING = 8000
MARK = forms.MARKS[0].decode()
HINT = f"take it out, and revoke it if it was ever pushed; if it is none, mark its line `{MARK}`"


def find(index: Index, changes: Sequence[Change]) -> Iterator[Check]:
    """A check for each line that holds one, and for each file that is made to hold them."""
    known = _known(index)
    for some in few(changes):
        contents = index.contents(name for change in some for name in (change.now, change.before) if name)
        for change in some:
            before = set(contents.get(change.before, b"").splitlines())
            yield from _in_file(change.path, contents.get(change.now, b""), before, known)


def _in_file(path: str, content: bytes, before: set[bytes], known: dict[bytes, str]) -> Iterator[Check]:
    if path.endswith(LOCAL):
        yield _check(path, 0, "DVC's settings of this machine alone", f"git rm --cached {path}")
    elif b"\0" in content[:BEGINNING]:
        yield from (_check(path, 0, what, HINT) for value, what in known.items() if value in content)
    else:
        config = dict(_settings(path, content))
        for number, line in enumerate(content.splitlines(), start=1):
            new = line not in before and not any(mark in line for mark in forms.MARKS)
            what = (config.get(number) or _in_line(path, line, known)) if new else ""
            if what:
                yield _check(path, number, what, _hint(path))


def _in_line(path: str, line: bytes, known: dict[bytes, str]) -> str:
    """What a line holds, or ""."""
    what = next((what for value, what in known.items() if value in line), "")
    text = line.decode("utf-8", "replace")
    what = what or next((form.what for form in forms.FORMS if form.is_in(text)), "")
    if not what and forms.ASSIGNED.match(text) and forms.ENVIRONMENT_FILE.search(path):
        return "a secret of an environment file"
    return what


def _settings(path: str, content: bytes) -> Iterator[tuple[int, str]]:
    if path.endswith(CONFIG):
        for entry in entries(content.decode("utf-8", "replace")):
            if entry.key in forms.DVC_KEYS and entry.value:
                yield entry.line, f"`{entry.key}` of {entry.section} {entry.name}".rstrip()


def _hint(path: str) -> str:
    if path.endswith(CONFIG):
        return "dvc remote modify --local keeps it in .dvc/config.local; revoke it if it was ever pushed"
    return HINT


def _check(path: str, line: int, what: str, hint: str) -> Check:
    where = f"{path}:{line}" if line else path
    return Check(name=RULE, status=FAIL, message=f"{where} holds {what}", where=where, hint=hint)


def _known(index: Index) -> dict[bytes, str]:
    """The secrets that DVC and the environment have on this machine: they are found in whatever form."""
    found = {os.environ.get(name, ""): f"the value of {name}" for name in forms.VARIABLES}
    for path in _configurations(index):
        for entry in entries(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else ():
            if entry.key in forms.DVC_KEYS:
                found[entry.value] = (
                    f"`{entry.key}` of {entry.section} {entry.name}, which DVC has from {path.name}"
                )
    return {value.encode(): what for value, what in found.items() if len(value) >= SHORTEST}


def _configurations(index: Index) -> Iterator[Path]:
    folders = {PurePosixPath(path).parent for path in index.named(CONFIG)} | {PurePosixPath(".dvc")}
    yield from (index.top / folder / "config.local" for folder in sorted(folders))
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    yield Path(base, "dvc", "config")
