"""Data that the pipeline starts from and that is not in the workspace: from the cache, else the remote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.data import remote
from mlops_ext_dvc.files import cache, command, faults
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import Item, Tracked


def bring(context: Context, root: Path, plan: Plan, tracked: Tracked) -> None:
    """Check out what is missing; when its bytes are nowhere the pipeline is not started."""
    needed = sources(plan, tracked)
    known = ((name, item) for name, item in needed if item.md5 or item.source)
    absent = {name: item for name, item in known if not (root / item.path).exists()}
    if not absent:
        return
    context.say(f"bringing {', '.join(item.path for item in absent.values())}")
    imported = {name: item for name, item in absent.items() if item.source}
    _import(context, root, imported)
    remote.require(context, root, tuple(item for name, item in absent.items() if name not in imported))
    done = command.dvc(root, "checkout", "-q", *absent)
    lost = [item.path for item in absent.values() if not (root / item.path).exists()]
    if lost:
        raise CouldNotTellError(
            f"DVC could not check out {', '.join(lost)}", where=done.stderr.strip()[-300:]
        )


def _import(context: Context, root: Path, items: Mapping[str, Item]) -> None:
    """Bring what comes from other repositories and places: no remote of this project has it."""
    for name, item in items.items():
        if item.md5 and cache.in_cache(root, item.md5):
            continue
        done = command.dvc(root, "pull", "-q", name, timeout=remote.limit(context))
        if done.code:
            message = f"{item.path} is imported, and DVC could not bring it from {item.source}"
            said = faults.told(done.stderr) or done.stderr.strip()[-300:]
            where = process.without_secrets(said)
            raise CouldNotTellError(process.without_secrets(message), where=where, hint=f"dvc pull {name}")


def sources(plan: Plan, tracked: Tracked) -> Iterator[tuple[str, Item]]:
    """Pointed-at data that steps read, and outputs of frozen steps; by what `dvc checkout` calls them."""
    read = {dep for step in plan.steps for dep in step.deps}
    for pointer, item in tracked.pointers.items():
        if any(touch(dep, item.path) for dep in read):
            yield pointer, item
    for step in plan.steps:
        locked = tracked.stages.get(step.name)
        if step.frozen and locked:
            yield from ((item.path, item) for item in locked.outs if item.cached)


def touch(one: str, other: str) -> bool:
    """Whether one path is the other, or lies below it."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")
