"""DVC's remote: bring bytes by their hash, and say plainly when they are nowhere."""

from __future__ import annotations

import sys
from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.files.tracked import Item
from mlops_ext_dvc.settings import DvcSettings

PULL = Path(__file__).with_name("pull.py")
PUSH = "run `dvc push` where it was made"


def require(context: Context, root: Path, items: tuple[Item, ...]) -> None:
    """All bytes of these are in the cache afterwards."""
    absent = _absent(root, items)
    if not absent:
        return
    named = context.own("dvc", DvcSettings).remote
    if not named and not cache.remotes(root):
        message = f"no remote is configured, and the cache does not have {_show(absent)}"
        raise CouldNotTellError(message, where=".dvc/config", hint=f"`dvc remote add -d`, and {PUSH}")
    answer = _pull(context, root, named, absent)
    absent = _absent(root, absent)
    if absent:
        message = f"neither the cache nor the remote has {_show(absent)}"
        lines = answer.stderr.strip().splitlines()
        raise CouldNotTellError(message, where=process.without_secrets(lines[-1]) if lines else "", hint=PUSH)


def _pull(context: Context, root: Path, remote: str, items: tuple[Item, ...]) -> process.Finished:
    words = [sys.executable, "-P", str(PULL), remote, *(item.md5 for item in items)]
    return process.run(words, cwd=root, timeout=limit(context))


def limit(context: Context) -> float | None:
    """Seconds that a download may take."""
    left = context.left()
    return None if left == float("inf") else left


def _absent(root: Path, items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(item for item in items if not cache.in_cache(root, item.md5))


def _show(items: tuple[Item, ...]) -> str:
    return ", ".join(f"{item.path} ({item.md5[:12]})" for item in items)
