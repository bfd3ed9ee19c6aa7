"""A view for GitHub Actions: groups, annotations, outputs, and the step summary. Values are escaped."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from mlops_ext.errors import MlopsExtError
from mlops_ext.output.clean import LONGEST, clean, github_data, github_property, markdown, one_line
from mlops_ext.output.text import check_lines, lines
from mlops_ext.output.view import WARNING, Detail, Row, View
from mlops_ext.verdict import WORDS

SUMMARY_BYTES = 1024 * 1024 - 4096
ICON = {"pass": "✅", "fail": "❌", "misconfigured": "⚠️", "error": "⚠️"}
ANNOTATIONS = 10


def show(view: View) -> Iterator[str]:
    """The lines for the log; outputs and summary go to the files that GitHub names."""
    for row in view.rows:
        yield from _group(row)
    yield from _unread(lines(view))
    yield from notices(view)
    leave(_outputs(view), summary(view))


def notices(view: View) -> Iterator[str]:
    """One line for each of the worst answers, with file and line where there is one."""
    for detail in view.bad[:ANNOTATIONS]:
        level = "warning" if detail.word == WARNING else "error"
        said = f"{detail.title}: {detail.found}" if detail.found else detail.title
        hint = f". {detail.help}" if detail.help else ""
        if detail.check and detail.check.page:
            title = f",title={github_property(detail.title)}"
            said, hint = detail.found, f"{hint}. See {detail.check.page}"
        else:
            title = ""
        yield f"::{level}{_place(detail.where, title)}::{github_data(said + hint)}"


def refused(error: MlopsExtError, command: str) -> Iterator[str]:
    """An error before there is an outcome."""
    said = f"{error.what}. {error.hint}" if error.hint else error.what
    word = WORDS.get(error.exit_code, "error")
    _append("GITHUB_OUTPUT", "".join(_output(*pair) for pair in (("verdict", word), ("record", ""))))
    told = (("", error.what), ("at ", error.where), ("What would help: ", error.hint))
    rows = [f"{before}{markdown(text, LONGEST)}" for before, text in told if text]
    _summarise("\n\n".join([f"### {ICON[word]} {command} {word}", *rows]) + "\n")
    yield f"::error{_place(error.where)}::{github_data(said)}"


def leave(outputs: Iterable[tuple[str, str]], text: str = "") -> None:
    """Outputs of the step, and Markdown for its summary, where GitHub asks for them."""
    _append("GITHUB_OUTPUT", "".join(_output(name, value) for name, value in outputs))
    _summarise(text)


def summary(view: View) -> str:
    """The verdict first, what is not well, then a row per report."""
    head = [
        f"### {ICON[view.verdict]} {view.stage} {view.verdict}\n",
        f"{markdown(view.sentence, LONGEST)}\n",
    ]
    return "\n".join([*head, *_worst(view), *_table(view)]) + "\n"


def _group(row: Row) -> Iterator[str]:
    """What one plugin said, folded; nothing in it is taken for a command."""
    yield f"::group::{github_data(one_line(f'{row.word} {row.plugin}, {row.question}: {row.counts}'))}"
    yield from _unread(line for detail in row.details for line in check_lines(detail))
    yield "::endgroup::"


def _unread(rows: Iterable[str]) -> Iterator[str]:
    token = secrets.token_hex(16)
    yield f"::stop-commands::{token}"
    yield from rows
    yield f"::{token}::"


def _worst(view: View) -> Iterator[str]:
    if view.bad:
        yield from ("| check | found | what would help |", "|:--|:--|:--|")
        yield from (_row(detail) for detail in view.bad[:ANNOTATIONS])
        more = len(view.bad) - ANNOTATIONS
        yield f"\n{more:,} more in the full report\n" if more > 0 else ""
    if view.again:
        yield f"The same questions on your machine: {markdown(view.again)}\n"


def _row(detail: Detail) -> str:
    where = f"<br>{markdown(detail.where)}" if detail.where else ""
    return f"| {markdown(detail.title)}{where} | {markdown(detail.found)} | {markdown(detail.help)} |"


def _table(view: View) -> Iterator[str]:
    yield from ("| question | plugin | answer | checks | looked at |", "|:--|:--|:--|--:|:--|")
    for row in view.rows:
        word = row.word if row.word in ("passed", "skipped") else f"**{row.word}**"
        cells = markdown(row.question), markdown(row.plugin), word, row.counts, markdown(row.looked_at)
        yield f"| {' | '.join(cells)} |"


def _summarise(text: str) -> None:
    """GitHub drops a summary over its limit as a whole, and a step may have written to it before us."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    there = Path(path).stat().st_size if path and Path(path).exists() else 0
    _append("GITHUB_STEP_SUMMARY", "".join(_fitting(text.splitlines(keepends=True), SUMMARY_BYTES - there)))


def _fitting(rows: list[str], left: int) -> Iterator[str]:
    for number, row in enumerate(rows):
        left -= len(row.encode())
        if left < 0:
            yield f"\n{len(rows) - number:,} rows not shown\n"
            return
        yield row


def _outputs(view: View) -> Iterator[tuple[str, str]]:
    yield "verdict", view.verdict
    yield "record", view.record
    yield from view.outputs


def _output(name: str, value: str) -> str:
    # A random delimiter: a value can't end it and set another output.
    end = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{end}\n{clean(value)}\n{end}\n"


def _append(variable: str, text: str) -> None:
    path = os.environ.get(variable)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)


def _place(where: str, title: str = "") -> str:
    file, _, line = where.rpartition(":")
    if not file or not line.isdigit():
        return ""
    return f" file={github_property(file)},line={line}{title}"
