"""The loss of a training over its iterations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlops_ext.testing.training import library
from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.finite import unfinite
from mlops_ext.testing.training.measure import measure
from mlops_ext.testing.training.stages import stages
from mlops_ext.testing.training.trained import Trained, classes_of, predict

FLAT = 1e-12
FALLS = 0.1
MEASURED = "the loss on the training rows"


@dataclass(frozen=True)
class History:
    """`losses[i]` is the loss after `iterations[i]`; `source` says in words where it comes from."""

    source: str
    iterations: list[int]
    losses: list[float]

    def wrong(self) -> str:
        """Why these losses alone show that the training does not work; empty when they do not."""
        losses = self.losses
        bad = next((place for place, loss in enumerate(losses) if not math.isfinite(loss)), None)
        if bad is not None:
            return f"{self.source}: not a finite number at iteration {self.iterations[bad]}"
        quarter = max(1, len(losses) // 4)
        first, last = losses[:quarter], losses[-quarter:]
        rises = len(losses) > 2 and min(last) > max(first)
        if rises and sum(last) > 1.05 * sum(first) + 1e-9:
            return f"{self.source}: rises, {self}"
        return ""

    @property
    def flat(self) -> bool:
        """Whether nothing moves."""
        spread = max(self.losses) - min(self.losses)
        return len(self.losses) > 2 and spread <= FLAT * (1 + abs(self.losses[0]))

    @property
    def falls(self) -> bool:
        """Whether what was kept ends well below where it began."""
        first, last = self.losses[0], self.losses[-1]
        return self.source != MEASURED and last < first - FALLS * abs(first)

    def curve(self) -> list[list[float]]:
        """Iterations and losses, without those that are no numbers."""
        known = [place for place, loss in enumerate(self.losses) if math.isfinite(loss)]
        return [[float(self.iterations[place]) for place in known], [self.losses[place] for place in known]]

    def __str__(self) -> str:
        if self.flat:
            return f"{self.losses[0]:.4g} after each of {self.iterations[-1]} iterations"
        return f"from {self.losses[0]:.4g} to {self.losses[-1]:.4g} in {self.iterations[-1]} iterations"


def history(adapter: Adapter, trained: Trained) -> History | None:
    """What the adapter says, else what the library kept, else the loss after a part of the iterations."""
    own = adapter.losses(trained.model)
    kept = own if own is not None else library.history(trained.model)
    if kept is not None and len(kept) > 1:
        source = "losses" if own is not None else "the loss that was kept"
        return History(source, list(range(1, len(kept) + 1)), kept)
    staged = stages(trained.model)
    if len(staged) < 2:
        return None
    iterations, losses = [], []
    for count, model in staged:
        predictions = predict(adapter, model, trained.rows.frame)
        finite = not any(unfinite(predictions))
        loss = measure(predictions, trained.rows.target, classes_of(model)).relative if finite else math.nan
        iterations.append(count)
        losses.append(loss)
    return History(MEASURED, iterations, losses)
