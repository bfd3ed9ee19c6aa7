"""A view as text: one thing a line, the word at a fixed place, details only for what is not well."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from mlops_ext.output import comparison, findings
from mlops_ext.output.clean import clean, one_line
from mlops_ext.output.terminal import Style
from mlops_ext.output.view import PASSED, SKIP, Detail, Row, View
from mlops_ext.words import lasted, listed, plural

SCREEN = 24
PLAIN = Style()
_LEAST = 2
_ROWS = 10
_SKIPPED = 4
_NAME = 20


def lines(view: View, verbose: bool = False, style: Style = PLAIN) -> Iterator[str]:
    """The whole screen: reports, details, notes, the verdict, and what comes next."""
    head = [*_rows(view, verbose, style), *_skipped(view, verbose, style)]
    differs = list(_differs(view, verbose))
    found = list(findings.sections(view.details, style))
    tail = [*_notes(view, style), *_end(view, style)]
    room = SCREEN - len(head) - len(tail) - len(differs)
    yield from head
    yield from _details(view, verbose, room, style)
    yield from differs
    yield from found
    if head or view.details or differs:
        yield ""
    yield from tail


def _differs(view: View, verbose: bool) -> Iterator[str]:
    """All that differs fills a screen, for which develop is asked; others say what a next step trips over."""
    if verbose or view.stage == "develop":
        yield from comparison.sections(view.comparison, view.sweep, verbose)
    elif view.comparison:
        yield from comparison.schema_changes(view.comparison)


def block(title: str, pairs: Sequence[tuple[str, str]], style: Style = PLAIN) -> list[str]:
    """A title, and under it words with what they say; a value of several lines stays under its word."""
    rows = ["", *(style.strong(line) for line in _wrapped("", one_line(title), style))]
    for word, text in pairs:
        for number, line in enumerate(clean(text.strip()).splitlines() if text else ()):
            rows += _wrapped(f"  {word if number == 0 else '':<7} ", one_line(line), style)
    return rows


def _rows(view: View, verbose: bool, style: Style) -> Iterator[str]:
    """A line for each report; of many only those that are not well, and how many are."""
    shown = view.rows
    if len(shown) > _ROWS and not verbose:
        shown = tuple(row for row in view.rows if row.word not in (PASSED, SKIP))[:_ROWS]
    cells = [(_cut(row.plugin), row.counts, lasted(row.seconds)) for row in shown]
    widths = [max((len(cell[place]) for cell in cells), default=0) for place in range(3)]
    for row, (plugin, counts, seconds) in zip(shown, cells, strict=True):
        yield from _row(row, f"{plugin:<{widths[0]}}  {counts:<{widths[1]}} {seconds:>{widths[2]}}", style)
    rest = [row for row in view.rows if row not in shown]
    if rest:
        known = [row.word for row in rest]
        words = [f"{known.count(word)} {word}" for word in dict.fromkeys(known)]
        yield f"{'':<8} {plural(len(rest), 'more report')}: {', '.join(words)}"


def _row(row: Row, cells: str, style: Style) -> list[str]:
    # What was looked at may be long, a path or a sentence: it comes last, or on a line of its own.
    looked_at = one_line(row.looked_at)
    start = f"{style.word(f'{row.word:<8}', row.word)} {cells}"
    if not style.width or 9 + len(cells) + 1 + len(looked_at) <= style.width:
        return [f"{start} {looked_at}".rstrip()]
    return [start.rstrip(), *_wrapped(f"{'':<8} ", looked_at, style)]


def _cut(name: str) -> str:
    name = one_line(name)
    return name if len(name) <= _NAME else f"{name[: _NAME - 3]}..."


def _skipped(view: View, verbose: bool, style: Style) -> Iterator[str]:
    """Questions that were not asked inside reports that answered others."""
    inside = [
        detail
        for row in view.rows
        if row.word != SKIP or len(row.details) > 1
        for detail in row.details
        if detail.word == SKIP and (verbose or not findings.is_finding(detail))
    ]
    shown = inside if verbose else inside[:_SKIPPED]
    for detail in shown:
        start = f"{'':<8} {_cut(detail.plugin)}  "
        first, *more = _wrapped(start, one_line(f"{detail.title}: {detail.found}".rstrip(": ")), style)
        yield from (style.word(f"{SKIP:<8}", SKIP) + first[8:], *more)
    if len(inside) > len(shown):
        yield f"{'':<8} {len(inside) - len(shown):,} more were skipped"


def _details(view: View, verbose: bool, room: int, style: Style) -> Iterator[str]:
    """As many as fit on a screen, the worst first, but two at least; `verbose` shows every check."""
    others = [detail for detail in view.details if not findings.is_finding(detail) or detail.word == PASSED]
    wanted = [detail for detail in others if detail.word != SKIP and (detail.bad or verbose)]
    used = 0
    for number, detail in enumerate(wanted):
        rows = check_lines(detail, style)
        used += len(rows)
        if not verbose and number >= _LEAST and used > room - 2:
            yield from _more(view, wanted[number:], style)
            return
        yield from rows


def _more(view: View, rest: Sequence[Detail], style: Style) -> list[str]:
    counted = Counter(one_line(detail.title) for detail in rest)
    titles = listed([title if times == 1 else f"{title} ({times:,})" for title, times in counted.items()], 2)
    command = f"mlops-ext report --record {view.record[:12]} --verbose" if view.record else "--verbose"
    return ["", f"{len(rest):,} more: {titles}", *_wrapped("  all     ", command, style)]


def check_lines(detail: Detail, style: Style = PLAIN) -> list[str]:
    """One check: a line where it is well, else a block with what was found, where, and what would help."""
    if not detail.bad:
        said = f"{detail.title}: {detail.found}" if detail.found else detail.title
        return _wrapped(f"  {detail.word:<8} ", one_line(said), style)
    # A failed check needs no word beside the line above; what is only a warning, or no answer, does.
    word = "" if detail.word == "failed" else f" ({detail.word})"
    what = "found" if detail.check else "why"
    pairs = [(what, detail.found), ("where", detail.where), ("help", detail.help)]
    return block(detail.title + word, pairs, style)


def _notes(view: View, style: Style) -> Iterator[str]:
    for note in view.notes:
        yield from _wrapped("note     ", one_line(note), style)
    if view.notes:
        yield ""


def _end(view: View, style: Style) -> Iterator[str]:
    for number, line in enumerate(_wrapped("", one_line(view.sentence), style)):
        yield style.strong(line) if number == 0 else line
    pairs = [(name, one_line(value)) for name, value in view.products if name != "report"]
    yield from (line for name, value in pairs for line in _wrapped(f"  {_cut(name):<7} ", value, style))
    report = next((one_line(value) for name, value in view.products if name == "report"), "")
    yield from _record(view.record[:12], report)
    for name, value in (("again", view.again), ("next", view.next)):
        if value:
            yield from _wrapped(f"  {name:<7} ", value, style)


def _record(record: str, report: str) -> list[str]:
    one, other = f"  {'record':<7} {record}", f"{'report':<7} {report}"
    if not record:
        return [f"  {other}"] if report else []
    if not report:
        return [one]
    both = f"{one}  {other}"
    return [both] if len(both) <= 80 else [one, f"  {other}"]


def _wrapped(start: str, text: str, style: Style) -> list[str]:
    """A line as it is in a pipe; on a terminal broken between words, never inside a path."""
    if not style.width or len(start) + len(text) <= style.width:
        return [f"{start}{text}".rstrip()]
    return textwrap.wrap(
        text,
        style.width,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
