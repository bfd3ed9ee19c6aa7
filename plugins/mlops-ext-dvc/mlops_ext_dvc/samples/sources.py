"""What a sample run starts from: shortened copies of all data that no step makes."""

from __future__ import annotations

from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Source
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.data import missing, supply
from mlops_ext_dvc.data.tables import format_of, relative
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.samples import partners
from mlops_ext_dvc.samples.shorten import shorten


def shortened(
    context: Context, source: Source, root: Path, project: Path, tree: Path, plan: Plan, tracked: Tracked
) -> tuple[str, ...]:
    """Put them into the copy `tree`; the names by which `dvc commit` takes the new bytes for granted."""
    needed = dict(missing.sources(plan, tracked))
    paths = {item.path for item in needed.values()} | _untracked(plan, tracked, tree)
    newest = {supply.place(context, data, root, project): data for data in source.newest}
    places = {}
    for path in sorted(paths):
        given = newest.get(path)
        places[path] = supply.local(context, given) if given else _place(context, root, tree, tracked, path)
    _write(context, places, root, project, tree, source.sample_rows)
    return tuple(needed)


def _write(
    context: Context, places: dict[str, Path], root: Path, project: Path, tree: Path, rows: int
) -> None:
    partner = _partners(context, root, project)
    whole = []
    for path in sorted(places, key=lambda path: path in partner):
        other = partner.get(path)
        if other and (tree / other[1]).is_file() and places[path].is_file():
            partners.keep_with(places[path], tree / path, tree / other[1], other[0])
        elif not shorten(context, places[path], tree / path, rows, format_of(path)):
            whole.append(path)
    if whole:
        context.say(f"not shortened, since they are no tables: {', '.join(whole)}")


def _partners(context: Context, root: Path, project: Path) -> dict[str, tuple[str, str]]:
    data = context.settings.data
    places = {name: relative(project / table.path, root) for name, table in data.items()}
    return {
        places[name]: (name, places[table.sample.keep_with])
        for name, table in data.items()
        if table.sample.keep_with in data
    }


def _untracked(plan: Plan, tracked: Tracked, tree: Path) -> set[str]:
    made = [out for step in plan.steps for out in step.outs]
    pointed = [item.path for item in tracked.pointers.values()]
    deps = {dep for step in plan.steps for dep in step.deps}
    return {
        dep
        for dep in deps
        if not (tree / dep).exists() and not any(missing.touch(dep, path) for path in [*made, *pointed])
    }


def _place(context: Context, root: Path, tree: Path, tracked: Tracked, path: str) -> Path:
    if (root / path).exists():
        return root / path
    item = tracked.outs.get(path)
    if item is None or not item.md5:
        hint = "`dvc pull` brings tracked data"
        raise CouldNotTellError(f"{path} is not here, and a step reads it", hint=hint)
    if cache.in_cache(tree, item.md5) and not item.md5.endswith(".dir"):
        return supply.bytes_of(context, tree, item)
    return context.fetch(Ref(kind="data", name=path, digest=item.digest))
