"""What a sample run starts from: shortened copies of all data that no step makes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Source
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import DataSettings
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import files_below
from mlops_ext_dvc.data import missing, supply
from mlops_ext_dvc.data.tables import relative
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.samples import partners
from mlops_ext_dvc.samples.shorten import Short, shorten

NOT_DATA = ("__pycache__", ".ipynb_checkpoints", ".git")


class Sources:
    """The data of `root` that goes into the copy `tree`; `project` is what the settings' paths start at."""

    def __init__(
        self, context: Context, source: Source, root: Path, project: Path, plan: Plan, tracked: Tracked
    ) -> None:
        self.context, self.source, self.root = context, source, root
        self.project, self.plan, self.tracked = project, plan, tracked
        data = context.settings.data
        self._places = {name: relative(project / table.path, root) for name, table in data.items()}
        self._tables = {self._places[name]: table for name, table in data.items()}

    def put(self, tree: Path) -> dict[str, Short]:
        """Write them; what became of each."""
        found = {path: self._found(tree, path) for path in sorted(self._wanted(tree))}
        newest = {
            supply.place(self.context, data, self.root, self.project): data for data in self.source.newest
        }
        found |= {path: supply.local(self.context, data) for path, data in newest.items()}
        partner = self._partners()
        return {
            path: self._write(tree, path, found[path], partner.get(path))
            for path in sorted(found, key=lambda path: _depth(path, partner))
        }

    def _write(self, tree: Path, path: str, place: Path, partner: tuple[str, str] | None) -> Short:
        target, table = tree / path, self._tables.get(path)
        _clear(target)
        if partner and (tree / partner[1]).is_file() and place.is_file():
            return Short(*partners.keep_with(place, target, tree / partner[1], partner[0]))
        rows = table.sample.rows if table and table.sample else self.source.sample_rows
        form, label = (table.format, table.columns.label) if table else ("", "")
        return shorten(place, target, rows, form, label)

    def _wanted(self, tree: Path) -> Iterator[str]:
        pointed = [item.path for _, item in missing.sources(self.plan, self.tracked)]
        made = [out for step in self.plan.steps for out in step.outs]
        yield from pointed
        for dep in sorted({dep for step in self.plan.steps for dep in step.deps}):
            if not any(missing.touch(dep, path) for path in [*made, *pointed]):
                yield from self._absent(tree, dep)
        for path, table in self._tables.items():
            if table.sample and (tree / path).exists() and not any(missing.touch(path, out) for out in made):
                yield path

    def _absent(self, tree: Path, dep: str) -> Iterator[str]:
        """What a dependency has here that Git does not have: a file, a folder, or files in a folder."""
        if not (tree / dep).exists():
            yield dep
        elif (tree / dep).is_dir() and (self.root / dep).is_dir() and not Path(dep).is_absolute():
            for file in files_below(self.root / dep):
                name = file.relative_to(self.root)
                if not (tree / name).exists() and not set(name.parts) & {*NOT_DATA, ".mlops-ext", ".dvc"}:
                    yield name.as_posix()

    def _found(self, tree: Path, path: str) -> Path:
        if (self.root / path).exists():
            return self.root / path
        item = self.tracked.outs.get(path)
        if item is None or not item.md5 or not self._may_have(tree, item.md5):
            raise _is_not_here(path, self.plan)
        if not item.md5.endswith(".dir"):
            return supply.bytes_of(self.context, tree, item)
        return self.context.fetch(Ref(kind="data", name=path, digest=item.digest))

    def _may_have(self, tree: Path, md5: str) -> bool:
        # Into the team's cache nothing is fetched; a release has a cache of its own.
        return self.source.kind == "deployment" or cache.in_cache(tree, md5)

    def _partners(self) -> Mapping[str, tuple[str, str]]:
        data: Mapping[str, DataSettings] = self.context.settings.data
        return {
            self._places[name]: (name, self._places[table.sample.keep_with])
            for name, table in data.items()
            if table.sample and table.sample.keep_with in data
        }


def _depth(path: str, partner: Mapping[str, tuple[str, str]]) -> int:
    """How many tables are shortened before this one; a circle has no first."""
    depth = 0
    while path in partner and depth <= len(partner):
        path, depth = partner[path][1], depth + 1
    return depth


def _is_not_here(path: str, plan: Plan) -> CouldNotTellError:
    readers = [step.name for step in plan.steps if any(missing.touch(dep, path) for dep in step.deps)]
    return CouldNotTellError(
        f"{path} is neither here nor in the cache, and the sample is taken from it",
        where=f"stage {', '.join(readers[:3])}" if readers else "",
        hint="`dvc pull` brings tracked data; other data the team has to bring",
    )


def _clear(target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
