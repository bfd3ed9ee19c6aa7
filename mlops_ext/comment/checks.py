"""Who answered what, and what nobody could ask: the whole answer in a line a report."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.comment.numbers import shown
from mlops_ext.comment.section import Section, folded, row, table
from mlops_ext.comment.told import Told
from mlops_ext.output.clean import code, markdown
from mlops_ext.output.view import PASSED, SKIP, Counts, Row
from mlops_ext.words import lasted

HEAD = table(("question", "plugin", "answer", "checks", "looked at", "time"), (3, 5))


def checks(told: Told) -> Iterator[Section]:
    """A row for each report; what is not well stands in bold."""
    rows = told.view.rows
    if rows:
        yield folded(8, "Checks", _said(told.view.counts), HEAD, [_row(one) for one in rows])


def params(told: Told) -> Iterator[Section]:
    """The parameters that differ: often the cause of all else."""
    comparison = told.view.comparison
    if comparison is None or not comparison.params:
        return
    head = table(("", markdown(comparison.before), "this change"), (1, 2))
    rows = [
        row((markdown(one.name), shown(one.before, one.after), shown(one.after, one.before)))
        for one in comparison.params
    ]
    yield folded(6, "Parameters", f"{len(rows):,} changed", head, rows)


def notes(told: Told) -> Iterator[Section]:
    """What was not compared, not asked, or is good to know: never left out in silence."""
    view = told.view
    said = [*told.notes, *view.notes, *(view.comparison.notes if view.comparison else ())]
    said += [f"{one.title}: {one.found}".rstrip(": ") for one in view.skipped]
    lines = [f"- {code(text, 240)}" for text in dict.fromkeys(said)]
    if lines:
        yield folded(9, "Notes", f"{len(lines):,}", (), lines)


def _row(one: Row) -> str:
    word = one.word if one.word in (PASSED, SKIP) else f"**{one.word}**"
    plugin, looked_at = markdown(one.plugin), markdown(one.looked_at)
    spent = lasted(one.seconds) if one.seconds else ""
    counts = one.counts.removesuffix("s").removesuffix(" check")
    return row((markdown(one.question), plugin, word, counts, looked_at, spent))


def _said(counts: Counts) -> str:
    words = (
        (counts.passed, "passed"), (counts.failed, "failed"), (counts.errors, "not answered"),
        (counts.warnings, "only warned"), (counts.skipped, "skipped"),
    )  # fmt: skip
    return ", ".join(f"{count:,} {word}" for count, word in words if count) or "none asked"
