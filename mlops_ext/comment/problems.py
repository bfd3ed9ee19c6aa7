"""What is not well: the worst first, why, and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops_ext.comment.section import Section, folded, row, table
from mlops_ext.comment.told import Told
from mlops_ext.output.clean import code, markdown
from mlops_ext.output.view import ERROR, FAILED, Detail
from mlops_ext.words import plural

OPEN = 10
HELPS = 5
EXAMPLES = 3
HEAD = table(("check", "found"))


def problems(told: Told) -> Iterator[Section]:
    """The worst in a table, what would help, and behind a line all others."""
    bad = told.bad
    if not bad:
        return
    rows = [_row(told, detail) for detail in bad]
    yield Section(rank=1, head=HEAD, rows=tuple(rows[:OPEN]))
    if told.view.verdict == "error":
        yield Section(rank=2, head=(_CLOSED if told.view.counts.failed else f"{_UNKNOWN} {_CLOSED}",))
    yield from _help(told, bad)
    if len(rows) > OPEN:
        yield folded(5, f"{len(rows) - OPEN:,} more", _counted(bad[OPEN:]), HEAD, rows[OPEN:])


_UNKNOWN = "Nothing is known to be wrong with this change, and it is not known to be right."
_CLOSED = "The gate stays closed until every question has an answer."


def _row(told: Told, detail: Detail) -> str:
    word = {FAILED: "", ERROR: " not answered"}.get(detail.word, f" {detail.word}")
    where = f"<br>{told.place(detail.where)}" if detail.where else ""
    return row((f"**{markdown(detail.title, 120)}**{word}{where}", _found(detail)))


def _found(detail: Detail) -> str:
    examples = detail.check.examples[:EXAMPLES] if detail.check else ()
    such = f"<br>such as {', '.join(markdown(one) for one in examples)}" if examples else ""
    return f"{markdown(detail.found, 400)}{such}"


def _counted(details: Sequence[Detail]) -> str:
    words = [detail.word for detail in details]
    return ", ".join(f"{words.count(word):,} {word}" for word in dict.fromkeys(words))


def _help(told: Told, bad: Sequence[Detail]) -> Iterator[Section]:
    """Each advice once, in the order of what it would help with."""
    times: dict[str, int] = {}
    for detail in bad:
        if detail.help:
            times[detail.help] = times.get(detail.help, 0) + 1
    lines = [
        f"{place}. {code(text, 300)}" + (f" ({plural(count, 'check')})" if count > 1 else "")
        for place, (text, count) in enumerate(list(times.items())[:HELPS], 1)
    ]
    if lines:
        yield Section(rank=2, head=("**What would help**", "", *lines))
    if told.view.again:
        asked = "The same questions on your machine:"
        yield Section(rank=3, head=(asked, "", "```sh", told.view.again, "```"))
