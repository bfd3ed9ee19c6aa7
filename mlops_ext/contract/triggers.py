"""Why a pipeline should run: demand, schedule, new data, degradation or drift."""

from __future__ import annotations

import msgspec

from mlops_ext.contract.refs import Ref

DEMAND = "demand"
SCHEDULE = "schedule"
NEW_DATA = "new-data"
DEGRADATION = "degradation"
DRIFT = "drift"
EXPERIMENT = "new-experiment"


class Trigger(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One cause for a run. Two findings of one cause have the same `id`, so it runs once.

    `kind` is demand, schedule, new-data, degradation, drift, or new-experiment (asks people, runs nothing).
    """

    id: str
    kind: str
    model: str
    why: str
    time: str
    found_by: str = ""
    evidence: tuple[Ref, ...] = ()

    def ref(self) -> Ref:
        """The pointer that a record keeps."""
        return Ref(kind="trigger", name=f"{self.kind}:{self.id}", uri=self.why)
