"""The package of a revision: the tracked tree and the lock of its environment, the same bytes anywhere."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.contract.pipeline import Package
from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError, UsageError
from mlops_ext.files import sha256_file
from mlops_ext_dvc.packages import gittree, tarball
from mlops_ext_dvc.packages.packaged import FOLDER, LOCK, MANIFEST, SETTINGS, Packaged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.refs import Ref

_COMMIT = re.compile(r"-([0-9a-f]{12})$")


@dataclass(frozen=True)
class _Plan:
    commit: str
    tree: str
    project: str
    entries: list[gittree.Entry]


def package(context: Context, revision: str) -> Package:
    """Build the package of a revision, or find it built; what is not committed is not in it."""
    plan = _plan(context, revision)
    folder = context.state / "packages"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=folder) as scratch:
        made = Path(scratch) / "package.tar"
        notes = _write(context, plan, made)
        digest = sha256_file(made)
        size = made.stat().st_size
        kept = folder / f"{digest}.tar"
        if not kept.is_file() or sha256_file(kept) != digest:
            durable.rename(made, kept)
    return Package(
        name=_name(context, plan.commit),
        revision=plan.commit,
        digest=f"sha256:{digest}",
        path=str(kept),
        size=size,
        environment=f"sha256:{_hex(notes[LOCK])}",
        python=json.loads(notes[MANIFEST])["python"],
    )


def _plan(context: Context, revision: str) -> _Plan:
    if not context.root.is_relative_to(context.top):
        raise SettingsError("the project is in no Git repository", hint="a package is the tree of a commit")
    commit = gittree.commit_of(context.top, revision)
    tree, project = _dvc_tree(context, commit)
    entries = gittree.entries(context.top, tree)
    if any(entry.path.startswith(f"{FOLDER}/") for entry in entries):
        raise RefusedError(f"the project tracks a folder {FOLDER}, which packages use", hint="rename it")
    return _Plan(commit, tree, project, entries)


def _dvc_tree(context: Context, commit: str) -> tuple[str, str]:
    """The tree of the DVC project that the commit has at or above ours, and our folder in it."""
    ours = PurePosixPath(context.root.relative_to(context.top).as_posix())
    for folder in (ours, *ours.parents):
        tree = gittree.tree_of(context.top, commit, folder.as_posix())
        if tree and gittree.tree_of(context.top, commit, (folder / ".dvc").as_posix()):
            return tree, ours.relative_to(folder).as_posix()
    raise RefusedError(
        f"commit {commit[:12]} has no DVC project at {ours}", hint="dvc init, and commit what it wrote"
    )


def _write(context: Context, plan: _Plan, made: Path) -> dict[str, bytes]:
    time = gittree.commit_time(context.top, plan.commit)
    with gittree.blobs(context.top, [entry.object for entry in plan.entries]) as blobs:
        notes = _notes(context, plan, blobs)
        with tarball.writing(made, time) as tar:
            for name, content in sorted(notes.items()):
                tar.add_bytes(f"{FOLDER}/{name}", content)
            for entry in plan.entries:
                _add(tar, entry, blobs)
    return notes


def _add(tar: tarball.Tarball, entry: gittree.Entry, blobs: gittree.Blobs) -> None:
    if entry.mode == gittree.LINK:
        tar.add_link(entry.path, gittree.text_of(blobs.read(entry.object)))
        return
    content, size = blobs.open(entry.object), blobs.size(entry.object)
    tar.add(entry.path, content, size, executable=entry.mode == gittree.EXECUTABLE)


def _notes(context: Context, plan: _Plan, blobs: gittree.Blobs) -> dict[str, bytes]:
    source = Packaged(context, plan.project, plan.entries, blobs)
    lock, settings = source.lock(), source.settings()
    manifest = {
        "commit": plan.commit,
        "environment": f"sha256:{_hex(lock)}",
        "format": 1,
        "name": context.project,
        "project": plan.project,
        "python": source.python(),
        "settings": f"sha256:{_hex(settings)}",
        "tree": f"gitTree:{plan.tree}",
    }
    return {LOCK: lock, SETTINGS: settings, MANIFEST: json.dumps(manifest, indent=2).encode() + b"\n"}


def _name(context: Context, commit: str) -> str:
    return f"{context.project}-{commit[:12]}"


def _hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(context: Context, ref: Ref) -> Path | None:
    """The file of a package by its digest: kept here, on a target, or built again; None: nowhere."""
    wanted = ref.sha256
    for file in _kept(context, wanted, ref.uri):
        if file.is_file() and sha256_file(file) == wanted:
            return file
    return _rebuilt(context, ref)


def require(context: Context, ref: Ref) -> Path:
    """The same, where it has to be there."""
    file = fetch(context, ref)
    if file is None:
        raise CouldNotTellError(
            f"the package {ref.name} is neither here nor on a target, and can't be built again",
            hint="mlops-ext integrate builds the package of the commit that is checked out",
        )
    return file


def _kept(context: Context, digest: str, uri: str) -> Iterator[Path]:
    yield context.state / "packages" / f"{digest}.tar"
    if uri:
        yield Path(uri)
    named = [target.path for target in context.settings.targets.values() if target.path]
    places = [context.root / Path(path).expanduser() for path in named]
    for target in [*sorted(context.home.glob("*")), *places]:
        yield target / "releases" / digest[:16] / "package.tar"


def _rebuilt(context: Context, ref: Ref) -> Path | None:
    commit = _COMMIT.search(ref.name)
    for revision in [*([commit.group(1)] if commit else []), "HEAD"]:
        try:
            built = package(context, revision)
        except UsageError:  # the commit is not in this clone
            continue
        if built.digest == ref.digest:
            return Path(built.path)
    return None
