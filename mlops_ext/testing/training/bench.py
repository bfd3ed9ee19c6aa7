"""What the questions share: the adapter, the rows, and one model that was fitted on them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mlops_ext.testing.training import adapter as adapters
from mlops_ext.testing.training import library, nonfinite, refusal, repeat, table
from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.answer import ERROR, FAIL, PASS, SKIPPED, Answer, Untestable
from mlops_ext.testing.training.finite import unfinite
from mlops_ext.testing.training.loss_falls import loss_falls
from mlops_ext.testing.training.overfits import overfits
from mlops_ext.testing.training.plan import Plan
from mlops_ext.testing.training.questions import FIRST
from mlops_ext.testing.training.table import Rows
from mlops_ext.testing.training.trained import ShortAnswer, Trained, train

FEWEST = 10


@dataclass(frozen=True)
class Base:
    """A model of the plain rows; `gaps` is the answer where the table's own gaps keep it from training."""

    trained: Trained
    seconds: float
    gaps: Answer | None = None


class Bench:
    """Made once per adapter; everything on it is made when the first question needs it."""

    def __init__(self, file: Path, plan: Plan) -> None:
        self.file = file
        self.plan = plan
        self.works = True

    def answer(self, name: str) -> Answer:
        """The answer to the question of this name, whatever the team's code does."""
        if name != FIRST and not self.works:
            return Answer(SKIPPED, f"`{FIRST}` has no answer")
        if name in self.plan.skip:
            return Answer(SKIPPED, self.plan.skip[name])
        try:
            return self._ask(name)
        except Untestable as error:
            answer = Answer(error.status, str(error), hint=error.hint)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the team's code raises
            answer = Answer(ERROR, refusal.said(error), where=refusal.place(error, self.plan.root))
        self.works = self.works and name != FIRST
        return answer

    def _ask(self, name: str) -> Answer:
        base = self._base.trained
        case = name.partition(":")[2]
        if case == "missing" and self._base.gaps:
            return self._base.gaps
        if case:
            return nonfinite.judge(self._adapter, base, case, self.plan.root)
        if name == FIRST:
            return self._fits()
        if name == "loss-falls":
            return loss_falls(self._adapter, base)
        if name == "overfits-a-few-rows":
            return overfits(self._adapter, base)
        return repeat.same_model(self._adapter, base, self.plan, self.file)

    def _fits(self) -> Answer:
        rows = self._base.trained.rows
        kind = library.name_of(self._base.trained.model)
        said = f"{kind} of {len(rows)} rows and {len(rows.frame.columns)} columns"
        return Answer(PASS, f"{said} in {self._base.seconds:.1f} s", rows=len(rows))

    @cached_property
    def _adapter(self) -> Adapter:
        return adapters.load(self.file, self.plan)

    @cached_property
    def _base(self) -> Base:
        rows = table.rows_of(self._adapter, self.plan)
        lacking = rows.frame.isna().any(axis=1).to_numpy()
        started = time.monotonic()
        trained, refused = self._train(rows)
        if trained is not None and not (lacking.any() and any(unfinite(trained.predictions))):
            return Base(trained, time.monotonic() - started)
        whole = (~lacking).nonzero()[0]
        if not lacking.any() or len(whole) < FEWEST:
            raise Untestable(refused or "predictions are not finite")
        gaps = _gaps(rows, int(lacking.sum()), refused or "a model that is trained on them predicts NaN")
        trained, refused = self._train(rows.take(whole))
        if trained is None:
            raise Untestable(refused)
        return Base(trained, time.monotonic() - started, gaps)

    def _train(self, rows: Rows) -> tuple[Trained | None, str]:
        """The model; or why there is none, where rows that lack values may be the reason."""
        try:
            return train(self._adapter, rows), ""
        except Exception as error:
            if isinstance(error, ShortAnswer) or refusal.says_missing(error):
                return None, f"training refuses them: {refusal.said(error)}"
            raise


def _gaps(rows: Rows, count: int, why: str) -> Answer:
    columns = ", ".join(map(str, rows.frame.columns[rows.frame.isna().any()]))
    return Answer(
        FAIL,
        f"{count} rows of the table lack values ({columns}), and {why}",
        count=count,
        rows=len(rows),
        hint="impute them, or leave these rows out",
    )
