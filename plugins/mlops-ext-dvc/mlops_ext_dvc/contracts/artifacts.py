"""Everything that a pipeline says it leaves: outputs, metrics, plots and models, and who takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, Check
from mlops_ext_dvc.contracts import contents
from mlops_ext_dvc.contracts.picture import within
from mlops_ext_dvc.steps import models

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_dvc.files.plan import Plan
    from mlops_ext_dvc.files.tracked import Tracked

OUTPUT, METRIC, PLOT, MODEL = "output", "metric", "plot", "model"


@dataclass(frozen=True)
class Artifact:
    """A path relative to the DVC project, and what it is there for.

    `step` makes it (empty: `dvc.yaml` names it without saying who does); `takers` are the steps that read
    it. `kept` says that no step of a run makes it: an output of a frozen stage, or data of a pointer.
    """

    path: str
    kind: str
    step: str = ""
    takers: tuple[str, ...] = ()
    kept: bool = False

    @property
    def where(self) -> str:
        """The step and the file."""
        return f"stage {self.step}, {self.path}" if self.step else f"dvc.yaml, {self.path}"


def declared(
    context: Context, root: Path, project: Path, plan: Plan, tracked: Tracked
) -> tuple[Artifact, ...]:
    """In the order of the steps, each path once."""
    kinds = dict.fromkeys(_plots(root), PLOT) | dict.fromkeys(plan.metric_files, METRIC)
    named = {**tracked.models(), **models.declared(context, root, project, tracked)}
    kinds |= dict.fromkeys(named.values(), MODEL)
    found = {one.path: one for one in _made(plan, kinds)}
    pointed = [item.path for item in tracked.pointers.values()]
    for path, kind in kinds.items():
        if path in found:
            continue
        maker = next((one for one in found.values() if within(path, one.path)), None)
        kept = maker.kept if maker else any(within(path, other) for other in pointed)
        found[path] = Artifact(path, kind, maker.step if maker else "", takers(plan, path), kept)
    return tuple(found.values())


def takers(plan: Plan, path: str) -> tuple[str, ...]:
    """The steps that read a path, a file in it, or the folder it lies in."""
    return tuple(
        step.name for step in plan.steps if any(within(dep, path) or within(path, dep) for dep in step.deps)
    )


def broken(one: Artifact, name: str, content: contents.Content, *, was_empty: bool) -> Check:
    """The check of one that holds nothing, or can't be read."""
    # A mark such as `.done` has no bytes in a good run either; a table, a metric or a model has.
    meant = was_empty and one.kind == OUTPUT and not contents.is_readable(one.path)
    return Check(
        name=name,
        status=FAIL,
        message=f"{one.path} {content.fault}",
        where=one.where,
        severity="warning" if meant else "critical",
        hint="it was empty in the last run too" if was_empty else "",
    )


def _made(plan: Plan, kinds: dict[str, str]) -> Iterator[Artifact]:
    for step in plan.steps:
        for path in step.outs:
            yield Artifact(path, kinds.get(path, OUTPUT), step.name, takers(plan, path), step.frozen)


def _plots(root: Path) -> Iterator[str]:
    from mlops_ext_dvc.revisions import declared as revision

    for plot in revision.load(root, "").plots:
        yield from (path for path, _ in (*plot.y, plot.x) if path)
