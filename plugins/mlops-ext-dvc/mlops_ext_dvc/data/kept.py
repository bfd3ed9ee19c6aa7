"""Files that are kept on DVC's remote by their sha256, beside the data and unknown to DVC."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from mlops_ext import durable, process
from mlops_ext.contract.context import Context
from mlops_ext.contract.kept import KeptFile
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.data import remote
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.settings import DvcSettings

CARRY = Path(__file__).with_name("carry.py")
BRING, KEEP = "bring", "keep"


def keep(context: Context, files: Sequence[KeptFile]) -> Sequence[KeptFile] | None:
    """The same files, once all are there; None where no remote is configured."""
    name = _remote(context)
    if not name:
        return None
    if files:
        durable.step("store", _carry, context, KEEP, name, files)
    return files


def bring(context: Context, files: Sequence[KeptFile]) -> Sequence[KeptFile] | None:
    """The same files, once all are here; None where no remote is configured."""
    name = _remote(context)
    if name and files:
        _carry(context, BRING, name, files)
    return files if name else None


def _remote(context: Context) -> str:
    names = cache.remotes(cache.find_root(context.root))
    return context.own("dvc", DvcSettings).remote or next(iter(names), "")


def _carry(context: Context, way: str, name: str, files: Sequence[KeptFile]) -> None:
    rows = [(file.digest.removeprefix("sha256:"), file.path, file.size) for file in files]
    job = json.dumps({"way": way, "remote": name, "files": rows})
    root = cache.find_root(context.root)
    words = [sys.executable, "-P", str(CARRY)]
    told = process.run(words, cwd=root, stdin=job, timeout=remote.limit(context))
    if told.code:
        lines = process.without_secrets(told.stderr).strip().splitlines() or [f"exit {told.code}"]
        what = f"the DVC remote `{name}` did not {way} the store's files"
        raise CouldNotTellError(what, where=lines[-1], hint="mlops-ext doctor asks the remote")
