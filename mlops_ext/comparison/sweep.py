"""A sweep: its trials, the metric that orders them, and the best."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from mlops_ext.contract.metrics import HIGHER_IS_BETTER
from mlops_ext.contract.refs import Metric, Setting

FINISHED = "finished"


class Trial(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One combination. `status` is finished, failed, error (could not tell), interrupted or not-started."""

    params: tuple[Setting, ...]
    status: str
    metrics: tuple[Metric, ...] = ()
    seconds: float = 0.0
    run: str = ""
    record: str = ""
    revision: str = ""
    why: str = ""

    def value(self, metric: str) -> float | None:
        """A metric's number; None where it is not there or undefined."""
        return next((one.value for one in self.metrics if one.name == metric), None)

    def setting(self, name: str) -> str:
        """A parameter's value, as it was given."""
        return next((one.value for one in self.params if one.name == name), "")


class Sweep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All trials, the best first where `metric` orders them, else in their order.

    `varying` are the parameters with more than one value; `order` is highest or lowest first. `best` says
    whether the first trial is the best.
    """

    name: str
    varying: tuple[str, ...]
    trials: tuple[Trial, ...]
    metric: str = ""
    order: str = ""
    best: bool = False
    notes: tuple[str, ...] = ()

    @property
    def finished(self) -> tuple[Trial, ...]:
        """The trials that came to an end."""
        return tuple(trial for trial in self.trials if trial.status == FINISHED)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics, the ordering one first."""
        names = dict.fromkeys(one.name for trial in self.trials for one in trial.metrics)
        return tuple(sorted(names, key=lambda name: name != self.metric))


def fold(name: str, trials: Iterable[Trial], release_metric: str, sort: str) -> Sweep:
    """The sweep of these trials.

    `sort` is a metric: the best first where release knows which way is better, else the lowest; `-` before
    it turns that round.
    """
    done = tuple(trials)
    values: dict[str, set[str]] = {}
    for trial in done:
        for one in trial.params:
            values.setdefault(one.name, set()).add(one.value)
    found = Sweep(name=name, varying=tuple(key for key, seen in values.items() if len(seen) > 1), trials=done)
    return _ordered(found, release_metric, sort)


def _ordered(sweep: Sweep, release_metric: str, sort: str) -> Sweep:
    wanted = sort.removeprefix("-") or release_metric
    metric = match(wanted, sweep.metrics)
    if not metric:
        known = ", ".join(sweep.metrics) or "none"
        lacks = f"no metric is named `{wanted}`" if wanted else "no metric is named to sort by"
        said = f"the trials are in their order: {lacks}; --sort takes {known}"
        return msgspec.structs.replace(sweep, notes=(said,) if sweep.finished else ())
    higher = HIGHER_IS_BETTER.get(_last(metric))
    if higher is None and not sort:
        said = f"the trials are in their order: nobody says which way {metric} is better: --sort {metric}"
        return msgspec.structs.replace(sweep, notes=(said,))
    highest = (higher or False) != sort.startswith("-")
    defined = [trial for trial in sweep.finished if trial.value(metric) is not None]
    defined.sort(key=lambda trial: trial.value(metric) or 0.0, reverse=highest)
    rest = [trial for trial in sweep.trials if trial not in defined]
    undefined = sum(trial.status == FINISHED for trial in rest)
    notes = (f"{undefined} finished without a number for {metric}",) if undefined else ()
    return msgspec.structs.replace(
        sweep,
        trials=(*defined, *rest),
        metric=metric,
        order="highest first" if highest else "lowest first",
        best=bool(defined),
        notes=notes,
    )


def match(wanted: str, names: Iterable[str]) -> str:
    """The metric of this name, else the only one whose last part it is; empty where there is none."""
    known = tuple(names)
    if wanted in known:
        return wanted
    ends = [name for name in known if _last(name) == wanted]
    return ends[0] if len(ends) == 1 else ""


def _last(name: str) -> str:
    return name.rpartition(":")[2].rpartition(".")[2]
