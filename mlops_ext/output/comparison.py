"""A comparison and a sweep as text, 80 columns wide: what matters most first, details on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mlops_ext.comparison.sweep import Sweep, Trial
from mlops_ext.contract.comparison import Cell, ColumnDifference, Comparison, Difference, TableDifference
from mlops_ext.output.clean import clean

WIDTH = 80
ROOM = 52
MOST = 8
SCHEMA = ("added", "removed", "retyped")
RANK = ("unknown", "removed", "added", "changed", "same")
Row = tuple[str, ...]


def sections(comparison: Comparison | None, sweep: Sweep | None, verbose: bool) -> Iterator[str]:
    """What there is of both, each after an empty line."""
    if sweep:
        yield from ("", *sweep_lines(sweep, verbose))
    if comparison:
        yield from ("", *lines(comparison, verbose))


def lines(comparison: Comparison, verbose: bool = False) -> Iterator[str]:
    """The sides, then what differs: tables' columns, tables' values, metrics, parameters, plots."""
    yield f"from {inline(comparison.before)} to {inline(comparison.after)}"
    found = [
        *_block("schema", list(_schema(comparison.tables)), verbose),
        *_block("data", list(_data(comparison.tables, verbose)), verbose),
        *_block("metrics", _values(_worst_first(comparison.metrics, verbose), fixed=True), verbose),
        *_block("params", _values(comparison.params, fixed=False), verbose),
        *_block(
            "plots", [(inline(one.name), "differs: --html draws it") for one in comparison.curves], verbose
        ),
    ]
    yield from found or ["  nothing that was compared differs"]
    yield from _block("notes", [(inline(note),) for note in comparison.notes], verbose)


def schema_changes(comparison: Comparison) -> Iterator[str]:
    """The columns that came, went or changed type, after an empty line; nothing where there are none."""
    rows = list(_schema(comparison.tables))
    if rows:
        yield from ("", f"from {inline(comparison.before)} to {inline(comparison.after)}")
        yield from _block("schema", rows, verbose=False)


def sweep_lines(sweep: Sweep, verbose: bool = False) -> Iterator[str]:
    """One line a trial: what varies, the metrics that fit, time and run."""
    rows = [_trial_row(sweep, trial) for trial in sweep.trials]
    head = ("", *(_last(name) for name in sweep.varying), *sweep.metrics, "seconds", "run")
    kept = _fitting([head, *rows], len(sweep.varying) + 1, verbose)
    numbers = range(len(sweep.varying) + 1, len(head) - 1)
    yield from _aligned(
        [[row[at] for at in kept] for row in [head, *rows]], {kept.index(at) for at in kept if at in numbers}
    )
    left = len(head) - len(kept)
    if left:
        yield f"  {left} more metric{'s' if left > 1 else ''}: --verbose"
    if sweep.order:
        yield f"  by {inline(sweep.metric)}, {sweep.order}"
    yield from (f"  {inline(note)}" for note in sweep.notes)


def inline(text: str) -> str:
    """A value on one line, as it may be shown."""
    return clean(text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t"))


def number(value: Cell, fixed: bool = True) -> str:
    """A number with six digits, zeros at the end only where `fixed`; a side that is not there is a dash."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return inline(value)
    return (
        f"{value:.0f}" if value == int(value) and abs(value) < 1e17 else f"{value:{'#' if fixed else ''}.6g}"
    )


def change_of(one: Difference) -> str:
    """The change with its sign; in words where there is none."""
    if one.change is not None:
        return "same" if one.change == 0 and not one.why else f"{one.change:+.4g}"
    if one.before is None:
        return "added"
    return "removed" if one.after is None else ""


def _schema(tables: Sequence[TableDifference]) -> Iterator[Row]:
    for table in tables:
        for one in table.columns:
            if one.what in SCHEMA:
                yield (inline(table.name), inline(one.column), one.what, _between(one))


def _data(tables: Sequence[TableDifference], verbose: bool) -> Iterator[Row]:
    for table in sorted(tables, key=lambda one: RANK.index(one.status) if one.status in RANK else 0):
        if table.status == "same" and not verbose:
            continue
        yield (inline(table.name), _rows(table))
        for one in table.columns:
            if one.what not in SCHEMA:
                yield ("", inline(one.column), one.what, _between(one))


def _rows(table: TableDifference) -> str:
    said = {"unknown": "could not be compared", "same": "the same bytes"}.get(table.status, table.status)
    if table.rows_before is not None and table.rows_after is not None:
        said += f", {table.rows_before:,} to {table.rows_after:,} rows"
        if table.rows_before == table.rows_after:
            said = f"{table.status}, {table.rows_after:,} rows on both sides"
    return f"{said}: {inline(table.why)}" if table.why else said


def _between(one: ColumnDifference) -> str:
    if one.what == "categories":
        gone = f"gone {inline(one.before)}" if one.before else ""
        return "; ".join(part for part in (gone, f"new {inline(one.after)}" if one.after else "") if part)
    return (
        " to ".join(inline(part) for part in (one.before, one.after) if part)
        if one.what in SCHEMA
        else (f"{inline(one.before)}, now {inline(one.after)}")
    )


def _worst_first(found: Sequence[Difference], verbose: bool) -> list[Difference]:
    """What can't be compared, then the largest relative changes; what did not change only on request."""

    def weight(one: Difference) -> tuple[int, float]:
        if one.change is None:
            return (0, 0.0)
        size = abs(one.before) if isinstance(one.before, float) else 0.0
        return (1, -abs(one.change) / (size or 1.0))

    return sorted((one for one in found if verbose or one.change != 0 or one.why), key=weight)


def _values(found: Sequence[Difference], fixed: bool) -> list[Row]:
    return [
        (
            inline(one.name),
            number(one.before, fixed),
            number(one.after, fixed),
            " ".join(part for part in (change_of(one), inline(one.why)) if part),
        )
        for one in found
    ]


def _block(title: str, rows: list[Row], verbose: bool) -> Iterator[str]:
    """Rows under a word, their columns aligned; what is too long for a column gets a line of its own."""
    shown = rows if verbose else rows[:MOST]
    short = [row for row in shown if sum(len(cell) + 2 for cell in row[:-1]) <= ROOM]
    count = max((len(row) for row in short), default=1) - 1
    sizes = [max((len(row[at]) for row in short if at < len(row) - 1), default=0) for at in range(count)]
    for place, row in enumerate(shown):
        start = f"  {title if place == 0 else '':<8} "
        cells = [cell.ljust(size) for cell, size in zip(row[:-1], sizes, strict=False)]
        if row not in short or sum(len(cell) + 2 for cell in cells) > ROOM:
            yield f"{start}{row[0]}"
            start, cells = f"  {'':<8}   ", list(row[1:-1])
        yield from _wrapped(start + "".join(f"{cell}  " for cell in cells), row[-1])
    if len(rows) > len(shown):
        yield f"  {'':<8} and {len(rows) - len(shown)} more: --verbose"


def _wrapped(start: str, text: str) -> Iterator[str]:
    """The text after its start, broken at spaces where it passes the width; a word is never cut."""
    indent = len(start) if len(start) <= ROOM else 13
    line = start.rstrip() if not text else start
    fresh = True
    for word in text.split(" "):
        if not fresh and len(line) + 1 + len(word) > WIDTH:
            yield line
            line, fresh = " " * indent, True
        line = f"{line}{word}" if fresh else f"{line} {word}"
        fresh = False
    yield line.rstrip()


def _trial_row(sweep: Sweep, trial: Trial) -> Row:
    first = sweep.best and trial is sweep.trials[0]
    known = {one.name: one for one in trial.metrics}
    metrics = (
        number(known[name].value if known[name].value is not None else "undefined") if name in known else "-"
        for name in sweep.metrics
    )
    word = "best" if first else "" if trial.status == "finished" else trial.status
    values = (inline(trial.setting(name)) for name in sweep.varying)
    run = trial.run.rpartition("/")[2][-8:]
    return (word, *values, *metrics, f"{trial.seconds:.1f}" if trial.seconds else "-", inline(run))


def _fitting(rows: Sequence[Row], varying: int, verbose: bool) -> list[int]:
    """The columns to show: the rightmost metrics go first where 80 columns are not enough."""
    kept = list(range(len(rows[0])))
    sizes = [max(len(row[at]) for row in rows) for at in kept]
    while not verbose and len(kept) > varying + 3 and sum(sizes[at] + 2 for at in kept) > WIDTH - 2:
        kept.pop(-3)
    return kept


def _aligned(rows: Sequence[Sequence[str]], right: set[int]) -> Iterator[str]:
    sizes = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = (
            cell.rjust(size) if at in right else cell.ljust(size)
            for at, (cell, size) in enumerate(zip(row, sizes, strict=True))
        )
        yield ("  " + "  ".join(cells)).rstrip()


def _last(name: str) -> str:
    return inline(name.rpartition(".")[2] or name)
