"""The pipeline as a picture shows it: its steps, which follow which, and which disagree with `dvc.lock`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mlops_ext.contract.evidence import Step

if TYPE_CHECKING:
    from mlops_ext_dvc.files import plan


def steps(planned: plan.Plan, changed: Collection[str]) -> tuple[Step, ...]:
    """All steps in the order in which they run; `changed` are the names of those that disagree."""
    return tuple(
        Step(
            name=step.name,
            how="changed" if step.name in changed else "unchanged",
            after=tuple(other.name for other in planned.steps if other is not step and feeds(other, step)),
        )
        for step in planned.steps
    )


def feeds(maker: plan.Step, taker: plan.Step) -> bool:
    """Whether one takes what the other makes: a file, a folder, or a file in a folder."""
    return any(within(dep, out) or within(out, dep) for dep in taker.deps for out in maker.outs)


def within(path: str, folder: str) -> bool:
    """Whether a path is a folder, or lies below it."""
    return PurePosixPath(path).is_relative_to(folder)
