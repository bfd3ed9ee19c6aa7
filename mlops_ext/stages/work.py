"""What every stage collects while it works, and how that becomes a record and an outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.comparison.sweep import Sweep
from mlops_ext.contract.checks import Report
from mlops_ext.contract.comparison import Comparison
from mlops_ext.contract.records import INTENT, RECORD, RecordStep, StageRecord, StoredRecord
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.verdict import Verdict, fold, verdict_of

if TYPE_CHECKING:
    from mlops_ext.session import Session


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a stage says when it ends: the verdict, what came out, and what comes next.

    `interrupted`: the user ended it, and this is what was done until then. `staged`: it was asked of the
    index, not of the workspace. `outputs` are the products as pointers; `saved` is the folder with the
    answer as files.
    """

    stage: str
    verdict: Verdict
    summary: str
    reports: tuple[Report, ...] = ()
    stored: StoredRecord | None = None
    replayed: bool = False
    products: tuple[tuple[str, str], ...] = ()
    outputs: tuple[Ref, ...] = ()
    notes: tuple[str, ...] = ()
    next: str = ""
    saved: str = ""
    seconds: float = 0.0
    comparison: Comparison | None = None
    sweep: Sweep | None = None
    interrupted: bool = False
    staged: bool = False


@dataclass(kw_only=True)
class Work:
    """One execution of a stage. `unstored`: the store takes no record, so it stays beside the project."""

    session: Session
    stage: str
    model: str = ""
    target: str = ""
    key: str = ""
    required: tuple[str, ...] = ()
    started: str = field(default_factory=lambda: now())
    reports: list[Report] = field(default_factory=list)
    inputs: list[Ref] = field(default_factory=list)
    outputs: list[Ref] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    cause: list[Ref] = field(default_factory=list)
    steps: list[RecordStep] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comparison: Comparison | None = None
    unstored: bool = False

    def add(self, reports: Iterable[Report]) -> None:
        """Take reports in; artifacts they left become outputs."""
        for report in reports:
            self.reports.append(report)
            self.outputs += report.artifacts

    def verdict(self) -> Verdict:
        """The fold of what was answered so far; plugins that can't be asked keep it closed."""
        return fold(self.reports, self.required, self.session.registry.broken)

    def record(self, word: str, summary: str, *, phase: str = RECORD) -> StageRecord:
        """The record of this execution as it stands."""
        session = self.session
        return StageRecord(
            stage=self.stage,
            project=session.context.project,
            key=self.key,
            zone=session.zone,
            verdict=word,
            phase=phase,
            model=self.model,
            target=self.target,
            summary=summary,
            reports=tuple(self.reports) if phase == RECORD else (),
            inputs=tuple(self.inputs),
            outputs=tuple(self.outputs) if phase == RECORD else (),
            parents=tuple(dict.fromkeys(self.parents)),
            cause=tuple(self.cause),
            settings=tuple(self.settings),
            executor=session.executor,
            started=self.started,
            ended=now() if phase == RECORD else "",
            steps=tuple(self.steps),
            tools=tuple(Setting(name=name, value=value) for name, value in sorted(session.tools.items())),
            environment=session.environment.digest,
            comparison=self.comparison if phase == RECORD else None,
            notes=tuple(self.notes) if phase == RECORD else (),
        )

    def intend(self, summary: str) -> StoredRecord:
        """Say what is about to be done, before it is; the record will name this as a parent."""
        stored = self.session.book.save(self.record("intent", summary, phase=INTENT))
        self.parents.append(stored.digest)
        return stored

    def close(
        self,
        summary: str,
        *,
        verdict: Verdict | None = None,
        save: bool = True,
        products: tuple[tuple[str, str], ...] = (),
        next: str = "",  # noqa: A002 - the word that people are shown
    ) -> Outcome:
        """End the stage: keep the record (not in a dry run) and say what came of it."""
        verdict = verdict or self.verdict()
        keep = save and not self.session.options.dry_run
        record = replace(
            self.record(verdict.word, summary),
            faults=verdict.faults,
            products=tuple(Setting(name=name, value=value) for name, value in products),
            next=next,
        )
        book = self.session.book
        stored = (book.save_here(record) if self.unstored else book.save(record)) if keep else None
        self.session.digests.save()
        return self._outcome(verdict, summary, stored, products=products, next=next)

    def replay(self, stored: StoredRecord) -> Outcome:
        """Answer from a record with the same key."""
        record = stored.record
        self.reports = list(record.reports)
        self.notes = [*record.notes, *self.notes]
        self.comparison = record.comparison
        self.outputs = list(record.outputs)
        self.session.digests.save()
        verdict = fold(self.reports, self.required, self.session.registry.broken)
        products = tuple((product.name, product.value) for product in record.products)
        return self._outcome(
            verdict, record.summary, stored, replayed=True, products=products, next=record.next
        )

    def _outcome(
        self, verdict: Verdict, summary: str, stored: StoredRecord | None, **more: object
    ) -> Outcome:
        return Outcome(
            stage=self.stage,
            verdict=verdict,
            summary=summary,
            reports=tuple(self.reports),
            stored=stored,
            outputs=tuple(self.outputs),
            notes=tuple(self.notes),
            comparison=self.comparison,
            staged=self.session.options.staged is not None,
            **more,  # type: ignore[arg-type]
        )


def now() -> str:
    """The time in UTC with its offset, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def outcome_of(stored: StoredRecord) -> Outcome:
    """What a stage said when it ended, from its record alone."""
    record = stored.record
    return Outcome(
        stage=record.stage,
        verdict=verdict_of(record.verdict, record.faults),
        summary=record.summary,
        reports=record.reports,
        stored=stored,
        outputs=record.outputs,
        products=tuple((product.name, product.value) for product in record.products),
        notes=record.notes,
        next=record.next,
        comparison=record.comparison,
    )
