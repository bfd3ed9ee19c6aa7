"""All data that the workspace's pointers and lock name, brought into it, as `dvc pull` does."""

from __future__ import annotations

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.data import remote
from mlops_ext_dvc.files import cache, command, faults

# What is nowhere is said by whoever needs it; the rest comes all the same.
PULL = ("pull", "--quiet", "--allow-missing")


def pull(context: Context) -> None:
    """Bring what is here to be had; a remote that does not answer could not be told."""
    root = cache.find_root(context.root)
    context.say("bringing the data that DVC tracks")
    done = command.dvc(root, *PULL, timeout=remote.limit(context))
    if done.code:
        said = faults.told(done.stderr) or (done.stderr.strip().splitlines() or [""])[-1]
        message = process.without_secrets(f"DVC did not bring all data: {said}")
        raise CouldNotTellError(message, hint="`dvc pull` shows more")
