"""Whether outputs in the workspace hold what their names say; missing files and models are told elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mlops_ext.contract.checks import FAIL, PASS, Check
from mlops_ext.contract.context import Context
from mlops_ext_dvc.contracts import artifacts, contents
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import Tracked

NAME = "outputs hold what their names say"
HINT = "mend the stage, then mlops-ext develop"


def checks(context: Context, root: Path, planned: Plan, tracked: Tracked) -> Iterator[Check]:
    """One for each that does not, else one for all."""
    found = artifacts.declared(context, root, context.root, planned, tracked)
    bad = [check for one in found if (check := _check(root, one, tracked)) is not None]
    yield from bad
    looked_at = sum((root / one.path).exists() for one in found if one.kind != artifacts.MODEL)
    if looked_at and not bad:
        yield Check(name=NAME, status=PASS, message=f"{looked_at} outputs")


def _check(root: Path, one: artifacts.Artifact, tracked: Tracked) -> Check | None:
    path = root / one.path
    if not path.exists():
        if one.step or one.kept:
            return None
        message = f"{one.path} does not exist, and dvc.yaml names it as a {one.kind}"
        return Check(name=NAME, status=FAIL, severity="warning", message=message, where=one.where, hint=HINT)
    content = contents.look(path, one.path)
    if one.kind == artifacts.MODEL or not content.fault:
        return None
    item = tracked.outs.get(one.path)
    return artifacts.broken(
        one, NAME, content, was_empty=item is not None and not item.size and bool(item.md5)
    )
