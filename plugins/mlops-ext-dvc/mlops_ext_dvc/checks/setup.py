"""`mlops_check_setup`: whether DVC works on this machine, and its remote answers."""

from __future__ import annotations

import sys
from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.settings import DvcSettings

IMPORT = "import dvc.repo, dvc; print(dvc.__version__)"
REACH = """
import sys
from dvc.repo import Repo
with Repo(".") as repo:
    odb = repo.cloud.get_remote_odb(sys.argv[1] or None)
    odb.fs.exists(odb.path)
    print(odb.fs.protocol)
"""
PATIENCE = 30.0
REMOTE = "DVC remote answers"


def check(context: Context) -> Report:
    """The question is `setup`."""
    imported = _python(context, context.root, "-c", IMPORT)
    if imported.code != 0:
        hint = "install mlops-ext-dvc again"
        broken = Check(name="dvc imports", status=FAIL, message=_last(imported), hint=hint)
        return Report(question="setup", checks=(broken,))
    version = Check(name="dvc imports", status=PASS, message=f"dvc {imported.stdout.strip()}")
    try:
        root = cache.find_root(context.root)
        names = cache.remotes(root)
    except MlopsExtError as error:
        bad = Check(name="DVC project", status=FAIL, message=error.what, where=error.where, hint=error.hint)
        return Report(question="setup", checks=(version, bad))
    project = Check(name="DVC project", status=PASS, message=context.relative(root))
    return Report(question="setup", checks=(version, project, _remote(context, root, names)))


def _remote(context: Context, root: Path, names: tuple[str, ...]) -> Check:
    name = context.own("dvc", DvcSettings).remote or next(iter(names), "")
    if not name:
        message = "none: data and models live in this machine's cache only"
        return Check(name=REMOTE, status=SKIPPED, message=message, hint="dvc remote add -d NAME URL")
    try:
        answer = _python(context, root, "-c", REACH, name)
    except MlopsExtError as error:
        return Check(name=REMOTE, status=ERROR, message=error.what, where=name)
    if answer.code == 0:
        return Check(name=REMOTE, status=PASS, message=f"{name} ({answer.stdout.strip()})")
    return Check(name=REMOTE, status=ERROR, message=_last(answer), where=name, hint="dvc remote list")


def _python(context: Context, folder: Path, *words: str) -> process.Finished:
    patience = min(context.left(), PATIENCE)
    return process.run([sys.executable, "-P", *words], cwd=folder, timeout=patience)


def _last(finished: process.Finished) -> str:
    lines = finished.stderr.strip().splitlines() or [f"exit {finished.code}"]
    return process.without_secrets(lines[-1])
