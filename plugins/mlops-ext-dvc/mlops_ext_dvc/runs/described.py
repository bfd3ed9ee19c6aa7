"""The steps of a pipeline for those who run some of them elsewhere."""

from __future__ import annotations

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import StepPlan
from mlops_ext_dvc.files import cache, plan


def steps(context: Context) -> tuple[StepPlan, ...]:
    """Every stage with a command, in DVC's order."""
    root = cache.find_root(context.root)
    return tuple(
        StepPlan(
            name=step.name,
            folder=step.folder,
            commands=step.commands,
            deps=tuple(str(root / dep) for dep in step.deps),
            outs=tuple(str(root / out) for out in step.outs),
        )
        for step in plan.load(root).steps
    )
