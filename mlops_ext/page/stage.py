"""One page of one record: the answer, what is not well, each question with pictures, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.contract.evidence import ColumnSeen, Step, TableSeen
from mlops_ext.contract.records import StageRecord, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.output.view import Detail, Row, View, view_of
from mlops_ext.page import pictures
from mlops_ext.page.render import fill
from mlops_ext.stages.work import outcome_of

if TYPE_CHECKING:
    from mlops_ext.session import Session
    from mlops_ext.stages.work import Outcome

TONE = {"pass": "ok", "fail": "alarm"}
ICON = {"passed": "pass", "failed": "fail"}
MOST_BAD = 300
MOST_COLUMNS = 120
MOST_CHECKS = 100


@dataclass(frozen=True)
class ColumnShown:
    """A column with its bars, and whether a check said no to it."""

    column: ColumnSeen
    path: str
    said: str
    bad: bool

    @property
    def span(self) -> str:
        """The words, or the ends of its values, as people read them."""
        if self.column.words:
            return ", ".join(self.column.words)
        ends = [_short(end) for end in (self.column.low, self.column.high) if end]
        return " to ".join(ends) if ends else "-"


@dataclass(frozen=True)
class TableShown:
    """A table with the columns that are drawn, those that are not well first; `more` are not."""

    table: TableSeen
    columns: tuple[ColumnShown, ...]
    more: int


@dataclass(frozen=True)
class Asked:
    """A question with who answered it; `share` is its part of the longest one's time."""

    question: str
    word: str
    rows: tuple[Row, ...]
    seconds: float
    share: float
    tables: tuple[TableShown, ...]
    steps: tuple[pictures.Steps, ...]
    curves: tuple[pictures.Drawn, ...]

    @property
    def bad(self) -> int:
        """How many of its answers are not well."""
        return sum(detail.bad for row in self.rows for detail in row.details)

    def folded(self, row: Row) -> tuple[tuple[Detail, ...], int]:
        """What is well in a report and can be folded, and how many more there are."""
        well = tuple(detail for detail in row.details if not detail.bad)
        return well[:MOST_CHECKS], max(0, len(well) - MOST_CHECKS)


def drawn(session: Session, outcome: Outcome) -> Outcome:
    """The outcome with its page, which is a product like others, but no part of the record that it shows."""
    if outcome.stored is None:
        return outcome
    path = session.context.state / f"{outcome.stage}.html"
    durable.write_text(path, page(outcome.stored))
    return replace(outcome, products=(*outcome.products, ("report", session.context.relative(path))))


def page(stored: StoredRecord) -> str:
    """The page: everything on it is in the record."""
    view = view_of(outcome_of(stored))
    record = stored.record
    return fill(
        "stage.html.j2",
        view=view,
        record=record,
        digest=stored.digest,
        tone=TONE.get(view.verdict, "wait"),
        icons=ICON,
        commit=next((ref.digest.partition(":")[2] for ref in record.inputs if ref.kind == "git-commit"), ""),
        bad=view.bad[:MOST_BAD],
        more_bad=max(0, len(view.bad) - MOST_BAD),
        asked=asked(view),
        steps=_own_steps(record),
        refs=tuple(_refs(record)),
        comparison=view.comparison,
    )


def asked(view: View) -> tuple[Asked, ...]:
    """The questions in the order in which they were put."""
    rows: dict[str, list[Row]] = {}
    for row in view.rows:
        rows.setdefault(row.question, []).append(row)
    seconds = {question: sum(row.seconds for row in found) for question, found in rows.items()}
    longest = max(seconds.values(), default=0.0) or 1.0
    return tuple(
        _asked(question, found, seconds[question], seconds[question] / longest)
        for question, found in rows.items()
    )


def _asked(question: str, rows: list[Row], seconds: float, share: float) -> Asked:
    reports = [row.report for row in rows]
    bad = {detail.check.column for row in rows for detail in row.details if detail.bad and detail.check}
    return Asked(
        question=question,
        word=_worst([row.word for row in rows]),
        rows=tuple(rows),
        seconds=seconds,
        share=share,
        tables=tuple(_table(report.table, bad) for report in reports if report.table),
        steps=tuple(pictures.layout(report.steps) for report in reports if report.steps),
        curves=tuple(
            drawn for report in reports for curve in report.curves if (drawn := pictures.draw(curve))
        ),
    )


def _worst(words: Sequence[str]) -> str:
    order = ("settings", "error", "failed", "warning", "passed", "skipped")
    return min(words, key=order.index)


def _table(table: TableSeen, bad: set[str]) -> TableShown:
    ordered = sorted(table.columns, key=lambda column: column.name not in bad)
    shown = tuple(
        ColumnShown(column, pictures.bars(column.counts), pictures.bars_said(column), column.name in bad)
        for column in ordered[:MOST_COLUMNS]
    )
    return TableShown(table, shown, table.more + max(0, len(ordered) - MOST_COLUMNS))


def _own_steps(record: StageRecord) -> pictures.Steps | None:
    """What the stage itself ran, where it ran something."""
    steps = [Step(name=step.name, how=step.how, seconds=step.seconds) for step in record.steps]
    return pictures.layout(steps) if steps else None


def _refs(record: StageRecord) -> Iterator[tuple[str, Ref]]:
    yield from (("took", ref) for ref in record.inputs)
    yield from (("made", ref) for ref in record.outputs)


def _short(end: str) -> str:
    """Six digits of a number, a time to the second."""
    try:
        return f"{float(end):.6g}"
    except ValueError:
        return end[:19].replace("T", " ")
