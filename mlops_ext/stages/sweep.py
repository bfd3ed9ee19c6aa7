"""A sweep: every combination of parameters is one tracked run; what was done is kept, whatever ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from mlops_ext.comparison.sweep import FINISHED, Sweep, Trial, fold
from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check, Fault, Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.pipeline import Run
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.errors import EXIT_MISCONFIGURED, InterruptedByUser, MlopsExtError
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.stages.work import Outcome, Work, now

Params = tuple[Setting, ...]
INTERRUPTED = "interrupted"
STATUS = {FINISHED: PASS, "failed": FAIL, "error": ERROR}


@dataclass(frozen=True)
class Ended:
    """A combination that was run, as the stage says it and as the orchestrator gave it."""

    outcome: Outcome
    run: Run


Once = Callable[[Params, str], Ended]
OfBest = Callable[[Trial], Comparison | None]


def sweep(session: Session, combinations: list[Params], once: Once, sort: str, compared: OfBest) -> Outcome:
    """One outcome for all; its verdict is the worst, and its table has the best trial first.

    The best trial is `compared` when all were tried.
    """
    name = f"sweep-{now()}"
    trials, error = _trials(session, name, combinations, once)
    done = fold(name, trials, _metric(session), sort)
    work = Work(session=session, stage="develop", model=session.options.model)
    work.key = make_key("develop", session.context.project, inputs=(), settings=(), more=(name,))
    work.settings.append(Setting(name="sweep", value=name))
    work.add([_report(trials, error)])
    work.parents += [trial.record for trial in trials if trial.record]
    work.outputs += [Ref(kind="run", name=trial.run, uri=trial.run) for trial in trials if trial.run]
    stopped = any(trial.status == INTERRUPTED for trial in trials)
    if done.best and not stopped:
        _compare_best(work, done.trials[0], compared)
    outcome = work.close(summary(done), next="write the best parameters into the params file, and commit")
    return replace(outcome, sweep=done, interrupted=stopped)


def _compare_best(work: Work, best: Trial, compared: OfBest) -> None:
    # Hours of trials are not lost because one revision can't be read.
    try:
        work.comparison = compared(best)
    except MlopsExtError as error:
        work.notes.append(f"the best trial was not compared: {error}")


def summary(sweep: Sweep) -> str:
    """How many came to an end, and the best of them."""
    said = f"{len(sweep.finished)} of {len(sweep.trials)} trials finished"
    return ", ".join(part for part in (said, best_of(sweep)) if part)


def best_of(sweep: Sweep) -> str:
    """The best trial in words; nothing where none is known to be."""
    if not sweep.best:
        return ""
    best = sweep.trials[0]
    which = ", ".join(f"{name}={best.setting(name)}" for name in sweep.varying)
    return f"best {sweep.metric} {best.value(sweep.metric):.4g} with {which}"


def written(params: Params) -> str:
    """Parameters as `--set` takes them."""
    return ", ".join(f"{one.name}={one.value}" for one in params)


def _trials(
    session: Session, name: str, combinations: list[Params], once: Once
) -> tuple[list[Trial], Fault | None]:
    """All trials in their order, and the first that the settings kept from running."""
    trials: list[Trial] = []
    fault: Fault | None = None
    for number, params in enumerate(combinations, start=1):
        if any(trial.status == INTERRUPTED for trial in trials):
            trials.append(Trial(params=params, status="not-started"))
            continue
        session.context.say(f"trial {number} of {len(combinations)}: {written(params)}")
        started = time.monotonic()
        try:
            trial = _trial(params, once(params, f"{name}-{number}"))
        except (InterruptedByUser, KeyboardInterrupt):
            trial = Trial(params=params, status=INTERRUPTED)
        except MlopsExtError as error:
            trial = Trial(params=params, status="error", why=str(error))
            if error.exit_code == EXIT_MISCONFIGURED and fault is None:
                fault = Fault(exit_code=error.exit_code, what=error.what, where=error.where, hint=error.hint)
        trials.append(msgspec.structs.replace(trial, seconds=round(time.monotonic() - started, 3)))
    return trials, fault


def _trial(params: Params, ended: Ended) -> Trial:
    run, stored = ended.run, ended.outcome.stored
    broken = next((step for step in run.steps if step.how == "failed"), None)
    return Trial(
        params=params,
        status=FINISHED if run.status == FINISHED else "failed",
        metrics=run.metrics,
        run=run.uri or run.id,
        record=stored.digest if stored else "",
        revision=run.revision,
        why=f"step {broken.name} ended with exit code {broken.exit_code}" if broken else "",
    )


def _report(trials: list[Trial], fault: Fault | None) -> Report:
    return Report(question="sweep", plugin="mlops-ext", fault=fault, checks=tuple(map(_check, trials)))


def _check(trial: Trial) -> Check:
    status = STATUS.get(trial.status, SKIPPED)
    message = trial.why or trial.status
    return Check(name=f"trial {written(trial.params)}", status=status, message=message)


def _metric(session: Session) -> str:
    models = session.settings.models
    name = session.options.model or (next(iter(models)) if len(models) == 1 else "")
    return models[name].release.metric if name in models else ""
