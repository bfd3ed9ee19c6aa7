"""DVC remotes in the committed configuration that other machines don't have, or that do not last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.reading.storage import Entry, entries
from mlops_ext.reading.tree import joined

ELSEWHERE, SHORT = "remote-of-another-machine", "remote-does-not-last"
_PLACES = (
    (re.compile(r"^[A-Za-z]:[\\/]|^\\\\|^file:///[A-Za-z]:"), ELSEWHERE, "is a path of Windows"),
    (
        re.compile(r"^(?:/private)?(?:/var)?/tmp(?:/|$)|^/dev/shm"),
        SHORT,
        "is a temporary folder, emptied at a restart",
    ),
    (re.compile(r"^/mnt/[a-z](?:/|$)"), ELSEWHERE, "is a Windows disk as WSL shows it"),
    (re.compile(r"^/(?:home|Users|root)(?:/|$)|^~"), ELSEWHERE, "is somebody's home folder"),
    (re.compile(r"^/Volumes/|^/(?:run/)?media/|^/content(?:/|$)"), ELSEWHERE, "is a disk of one machine"),
    (re.compile(r"^/kaggle/|^/workspaces?/|^/github/"), ELSEWHERE, "is a folder of a hosted machine"),
)
_LOCALHOST = re.compile(r"^\w+://(?:[^@/]*@)?(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\])(?=[:/]|$)")


def find(look: Look) -> Iterator[Finding]:
    """Every committed `.dvc/config`; what `config.local` says is one person's own."""
    for path in look.tree.files:
        if path.endswith(".dvc/config"):
            for entry in entries(look.tree.text(path) or ""):
                if entry.key in ("url", "dir", "endpointurl"):
                    yield from _judge(path, entry)


def _judge(path: str, entry: Entry) -> Iterator[Finding]:
    if entry.section not in ("remote", "cache"):
        return
    what = f"remote {entry.name}" if entry.section == "remote" else "the cache"
    value = (
        entry.value.removeprefix("file://")
        if not re.match(r"^file:///[A-Za-z]:", entry.value)
        else entry.value
    )
    rule, why = next(((rule, why) for form, rule, why in _PLACES if form.match(value)), ("", ""))
    if not rule and _LOCALHOST.match(value):
        rule, why = ELSEWHERE, "is a server on whatever machine asks"
    if not rule and entry.key == "url" and _inside(path, value):
        rule, why = SHORT, "lies inside this clone, and is gone with it"
    if rule:
        yield Finding(
            rule=rule,
            file=path,
            line=entry.line,
            message=f"{what}, {value}, {why}: dvc pull finds nothing elsewhere",
            hint=_way_out(entry, value),
        )


def _inside(path: str, value: str) -> bool:
    """A relative path is read from the folder of the configuration."""
    if not value or "://" in value or value.startswith("/") or re.match(r"^\w+@|^[\w-]+:", value):
        return False
    return not joined(PurePosixPath(path).parent.as_posix(), value).startswith("..")


def _way_out(entry: Entry, value: str) -> str:
    if entry.section == "cache":
        return f"dvc config --unset cache.dir, and dvc config --local cache.dir {value} where it is right"
    return (
        f"dvc remote modify {entry.name} url <storage that all reach: s3://, gs://, ssh://, https://>; "
        "a path of one's own goes into dvc remote modify --local"
    )
