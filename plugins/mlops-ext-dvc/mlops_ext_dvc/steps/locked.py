"""Whether the outputs that `dvc.lock` names were made in the environment that would make them now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlops_ext import process
from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check
from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Source, StepRun, Tracker
from mlops_ext.contract.refs import Ref
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.runs import workspace
from mlops_ext_dvc.steps import environment

TITLE = "outputs were made in today's environment"


def checks(context: Context, root: Path, plan: Plan, tracked: Tracked) -> Iterator[Check]:
    """A check for each difference; what the tracking store never saw is not judged."""
    source = Source(kind="workspace", path=str(context.root))
    tracker = context.track(workspace.run_plan("", source, ""))
    env = process.project_environment(Path(context.python))
    found = others(tracker, plan, tracked, env)
    for note in environment.notes(found):
        hint = "mlops-ext develop --force, and commit dvc.lock"
        yield Check(name=TITLE, status=FAIL, message=note.partition(";")[0], hint=hint)
    if not found:
        steps = _as_locked(plan, tracked, env, environment.Environments())
        seen = [step for step in steps if step.outs and tracker.maker(step.outs, step.environment)]
        message = f"{len(seen)} of {len(steps)} steps were made by runs in the store"
        yield Check(name=TITLE, status=PASS if seen else SKIPPED, message=message)


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
