"""What the questions share: the adapter, the rows, and one model that was fitted on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlops_ext.testing.training import adapter as adapters
from mlops_ext.testing.training import convergence, nonfinite, refusal, repeat, table
from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.answer import Answer, Untestable
from mlops_ext.testing.training.convergence import ShortAnswer, Trained
from mlops_ext.testing.training.measure import unfinite
from mlops_ext.testing.training.plan import Plan
from mlops_ext.testing.training.table import Rows

FEWEST = 10


@dataclass(frozen=True)
class Base:
    """A model of the plain rows; `refused` says why it is without those that lack values."""

    trained: Trained
    refused: str = ""
    count: int = 0
    columns: tuple[Any, ...] = ()


class Bench:
    """Made once per adapter; everything on it is made when the first question needs it."""

    def __init__(self, file: Path, plan: Plan) -> None:
        self.file = file
        self.plan = plan

    def ask(self, name: str) -> Answer:
        """The answer to the question of this name."""
        base = self._base
        case = name.partition(":")[2]
        if case:
            known = nonfinite.gaps(base.trained, base.refused, base.count, base.columns)
            if case == "missing" and known:
                return known
            return nonfinite.judge(self._adapter, base.trained, case, self.plan.root)
        if name == "loss-falls":
            return convergence.loss_falls(self._adapter, base.trained)
        if name == "overfits-a-few-rows":
            return convergence.overfits(self._adapter, base.trained.rows)
        return repeat.same_model(self._adapter, base.trained, self.plan, self.file)

    @cached_property
    def _adapter(self) -> Adapter:
        return adapters.load(self.file, self.plan)

    @cached_property
    def _base(self) -> Base:
        rows = table.rows_of(self._adapter, self.plan)
        lacking = rows.frame.isna().any(axis=1).to_numpy()
        refused, trained = self._train(rows)
        if trained is not None and not (unfinite(trained.predictions) and lacking.any()):
            return Base(trained)
        whole = (~lacking).nonzero()[0]
        if not lacking.any() or len(whole) < FEWEST:
            raise Untestable(refused or "predictions are not finite")
        columns = tuple(rows.frame.columns[rows.frame.isna().any()])
        said = refused or "a model that is trained on them predicts NaN"
        again, trained = self._train(rows.take(whole))
        if trained is None:
            raise Untestable(again)
        return Base(trained, said, int(lacking.sum()), columns)

    def _train(self, rows: Rows) -> tuple[str, Trained | None]:
        """The model; or why there is none, where rows that lack values may be the reason."""
        try:
            return "", convergence.train(self._adapter, rows)
        except Exception as error:
            if isinstance(error, ShortAnswer) or refusal.says_missing(error):
                return f"training refuses them: {refusal.said(error)}", None
            raise
