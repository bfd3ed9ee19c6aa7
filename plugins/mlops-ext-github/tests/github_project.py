"""A context for tests, records as stages leave them, and a review as `comment` makes it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.contract.records import StageRecord, StoredRecord
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.contract.review import Annotation, Review
from mlops_ext.contract.settings import Settings
from mlops_ext.records.statement import store

SHA = "a" * 40
MARKER = "<!-- mlops-ext:integrate flights -->"


@dataclass
class Desk:
    """The host's side, as far as GitHub needs it."""

    settings: dict[str, object] = field(default_factory=dict)
    records: dict[str, StoredRecord] = field(default_factory=dict)

    def own(self, name: str, kind: type[Any]) -> Any:
        """The plugin's settings, read as the host reads them."""
        return msgspec.convert(self.settings, kind)

    def find_record(self, digest: str) -> StoredRecord | None:
        """A record of the test's own."""
        return self.records.get(digest)


def context_of(
    root: Path, *, zone: str = "protected", told: Callable[[str], None] | None = None, **settings: object
) -> Context:
    """A context with these settings of the plugin."""
    return Context(
        root=root,
        top=root,
        project="flights",
        settings=Settings(plugins=("github",)),
        desk=Desk(settings),  # type: ignore[arg-type]
        python="python",
        home=root,
        zone=zone,
        deadline=time.monotonic() + 60,
        tell=told or (lambda line: None),
    )


def review(text: str = "### integrate passed", marker: str = MARKER, **more: Any) -> Review:
    """A review of pull request 7."""
    made: dict[str, Any] = {
        "change": 7,
        "commit": SHA,
        "marker": marker,
        "body": f"{marker}\n{text}\n",
        "stage": "integrate",
        "verdict": "pass",
        "title": "integrate passed",
        "summary": "41 checks passed",
    }
    return Review(**{**made, **more})


def annotations(count: int) -> tuple[Annotation, ...]:
    """So many remarks, each on a line of its own."""
    return tuple(
        Annotation(path="src/train.py", line=number, level="failure", message=f"no {number}")
        for number in range(1, count + 1)
    )


def record(stage: str, verdict: str = "pass", **more: Any) -> StoredRecord:
    """A record as the store has it."""
    made: dict[str, Any] = {
        "stage": stage,
        "project": "flights",
        "key": "0" * 64,
        "zone": "protected",
        "verdict": verdict,
        "target": "production",
        "summary": f"{stage} says {verdict}",
        "started": "2026-11-25T11:00:00.000+00:00",
        "ended": "2026-11-25T12:00:00.000+00:00",
    }
    return store(StageRecord(**{**made, **more}))


def integrated(commit: str = SHA) -> StoredRecord:
    """The record of integrate that names the commit of the package."""
    return record("integrate", target="", settings=(Setting(name="package.revision", value=commit),))


def delivered(context: Context, target: str = "test", **more: Any) -> StoredRecord:
    """The record of a delivery, which stands on that of integrate."""
    tested = integrated()
    context.desk.records[tested.digest] = tested  # type: ignore[attr-defined]
    there = Ref(kind="deployment", name=f"flights-aaaa@{target}", digest="sha256:" + "1" * 64)
    made = {"target": target, "parents": (tested.digest,), "outputs": (there,)}
    return record("deliver", **{**made, **more})


def monitored(day: int, *triggers: str, why: str = "schema: `x` is gone", **more: Any) -> StoredRecord:
    """The record of a window that ends on a day of November, and what it asks for."""
    verdict = "fail" if triggers else "pass"
    window = Ref(kind="window", name=f"2026-11-01T00:00:00+00:00/2026-11-{day:02}T00:00:00+00:00")
    found = tuple(Ref(kind="trigger", name=f"{kind}:{day:016x}", uri=why) for kind in triggers)
    check = Check(name="column x", status="fail", message="it is gone")
    reports = (Report(question="schema", checks=(check,)),) if triggers else ()
    made = {"model": "flight-delay", "inputs": (window,), "outputs": found, "reports": reports}
    return record("monitor", verdict, **{**made, **more})
