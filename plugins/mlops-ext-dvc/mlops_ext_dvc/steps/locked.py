"""Whether the outputs that `dvc.lock` names were made in the environment that would make them now."""

from __future__ import annotations

from collections.abc import Mapping

from mlops_ext.contract.pipeline import StepRun, Tracker
from mlops_ext.contract.refs import Ref
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.steps import environment


def others(
    tracker: Tracker, plan: Plan, tracked: Tracked, env: Mapping[str, str]
) -> list[environment.Served]:
    """The locked steps that another environment made than they would run in with `env`."""
    known = environment.Environments()
    return environment.served(tracker, _as_locked(plan, tracked, env, known), known.seen())


def _as_locked(
    plan: Plan, tracked: Tracked, env: Mapping[str, str], known: environment.Environments
) -> list[StepRun]:
    path = env.get("PATH", "")
    return [
        StepRun(
            name=step.name,
            how="unchanged",
            outs=tuple(Ref(kind="data", name=out.path, digest=out.digest) for out in locked.outs),
            environment=known.digest(environment.python_of(step, path)),
        )
        for step in plan.steps
        if (locked := tracked.stages.get(step.name))
    ]
