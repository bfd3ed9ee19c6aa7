"""What the last good run left at a path: the workspace's file where `dvc.lock` knows it, else the cache's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlops_ext.contract.refs import Ref
from mlops_ext_dvc.files import cache

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_dvc.data.tables import Digests
    from mlops_ext_dvc.files.tracked import Tracked


class Reference(NamedTuple):
    """Where the bytes lie, or why there are none; and how many bytes they were then."""

    path: Path | None
    why: str = ""
    size: int | None = None


def of(context: Context, root: Path, tracked: Tracked, seen: Digests, path: str) -> Reference:
    """Nothing is fetched, and nothing of the team's is changed."""
    item = tracked.outs.get(path)
    if item is None or not item.md5:
        return Reference(None, "no run of it is in dvc.lock yet")
    here = root / path
    if here.exists() and seen.of(here, item) == item.digest:
        return Reference(here, size=item.size)
    if not cache.in_cache(root, item.md5):
        return Reference(None, "what the last run left is neither here nor in the cache", item.size)
    # By a link with the file's own name, whose suffix tells readers the format.
    return Reference(context.fetch(Ref(kind="data", name=path, digest=item.digest)), size=item.size)
