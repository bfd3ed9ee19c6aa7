"""Files that are staged for Git although DVC keeps them: by their place, or by their bytes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mlops_ext.contract.checks import FAIL, Check
from mlops_ext.guard.kept import LOCK, PIPELINE, Kept, Out
from mlops_ext.reading.index import Change, Index, few
from mlops_ext.words import listed

RULE = "data of DVC stays out of Git"


def find(index: Index, changes: Sequence[Change], kept: Kept) -> Iterator[Check]:
    """A check for each file or folder of DVC's that would go into Git."""
    inside: dict[Out, list[str]] = defaultdict(list)
    own: dict[str, list[str]] = defaultdict(list)
    others: list[Change] = []
    for change in changes:
        out, cache = kept.around(change.path), kept.cache_around(change.path)
        if out:
            inside[out].append(change.path)
        elif cache:
            own[cache].append(change.path)
        else:
            others.append(change)
    yield from (_kept(out, paths) for out, paths in inside.items())
    yield from (_cached(cache, paths) for cache, paths in own.items())
    yield from (_copy(path, out) for path, out in _copies(index, others, kept))


def _kept(out: Out, paths: list[str]) -> Check:
    says = f"{listed(paths)}: DVC keeps {out.path}, as {out.said_by} says"
    enough = out.said_by.removesuffix(PIPELINE) + LOCK if out.said_by.endswith(PIPELINE) else out.said_by
    hint = f"git rm -r --cached {out.path}; `git add {enough}` is enough"
    return Check(name=RULE, status=FAIL, message=says, where=paths[0], hint=hint)


def _cached(cache: str, paths: list[str]) -> Check:
    says = f"{listed(paths)}: {cache} is this machine's own copy of what DVC keeps"
    hint = f"git rm -r --cached {cache}, and put it into .gitignore"
    return Check(name=RULE, status=FAIL, message=says, where=paths[0], hint=hint)


def _copy(path: str, out: Out) -> Check:
    says = f"{path} has the bytes of {out.path}, which DVC keeps, as {out.said_by} says"
    hint = f"git rm --cached {path}; `dvc add` it, or read {out.path}"
    return Check(name=RULE, status=FAIL, message=says, where=path, hint=hint)


def _copies(index: Index, changes: Sequence[Change], kept: Kept) -> Iterator[tuple[str, Out]]:
    """Hashes only what has the size of something that DVC keeps, where the sizes are known."""
    if not kept.by_hash or not changes:
        return
    known = {out.size for out in kept.by_hash.values()}
    sizes = index.sizes(dict.fromkeys(change.now for change in changes))
    alike = [
        change for change in changes if (size := sizes.get(change.now)) and (None in known or size in known)
    ]
    for some in few(alike):
        contents = index.contents(change.now for change in some)
        for change in some:
            content = contents.get(change.now)
            digest = index.md5(change.now) if content is None else _md5(content)
            if digest in kept.by_hash:
                yield change.path, kept.by_hash[digest]


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
