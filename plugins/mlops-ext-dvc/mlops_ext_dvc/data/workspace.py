"""All data that the workspace's pointers and lock name, brought into it, as `dvc pull` does."""

from __future__ import annotations

import re

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.data import remote
from mlops_ext_dvc.files import cache, command, faults

_FAILED = re.compile(r"failed for following targets:\n(?P<names>.+?)\nIs your cache", re.DOTALL)


def pull(context: Context) -> None:
    """Bring what is to be had, and say afterwards what was not."""
    context.say("bringing the data that DVC tracks")
    done = command.dvc(cache.find_root(context.root), "pull", timeout=remote.limit(context))
    if done.code:
        raise CouldNotTellError(process.without_secrets(_said(done.stderr)), hint="`dvc pull` shows more")


def _said(stderr: str) -> str:
    """DVC names what failed on lines of its own, and says a refused connection as "does not exist"."""
    found = _FAILED.search(stderr)
    if found:
        names = ", ".join(found["names"].split())
        return f"DVC could not bring {names}: the remote lacks it, or does not answer"
    last = (stderr.strip().splitlines() or ["no reason"])[-1]
    return f"DVC could not bring all data: {faults.told(stderr) or last}"
