"""Findings as a linter shows them: under their file, the worst first, with the way out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from mlops_ext.output.clean import clean
from mlops_ext.output.terminal import Style
from mlops_ext.output.view import FAILED, WARNING, Detail

INFO = "info"
_WORDS = (FAILED, WARNING, INFO)
_INDENT = " " * 7


def is_finding(detail: Detail) -> bool:
    """Whether a detail is an answer of a rule, which has a page of its own."""
    return bool(detail.check and detail.check.page)


def sections(details: Iterable[Detail], style: Style) -> Iterator[str]:
    """A block for each file that has findings; files with the worst ones come first."""
    files: dict[str, list[Detail]] = {}
    for detail in details:
        if is_finding(detail) and detail.word in _WORDS:
            files.setdefault(_place(detail)[0], []).append(detail)
    for file, rows in sorted(files.items(), key=lambda row: (min(map(_rank, row[1])), row[0])):
        yield ""
        yield style.strong(clean(file))
        for detail in sorted(rows, key=lambda one: (_rank(one), _place(one)[1])):
            yield from _rows(detail, style)


def _rows(detail: Detail, style: Style) -> Sequence[str]:
    head = (
        f"  {_place(detail)[1] or '':>4} {style.word(f'{detail.word:<8}', detail.word)} {clean(detail.title)}"
    )
    return [head, *_wrapped(detail.found, style), *_wrapped(f"help: {detail.help}", style)]


def _wrapped(text: str, style: Style) -> list[str]:
    line = clean(" ".join(text.split()))
    if not style.width:
        return [_INDENT + line]
    return textwrap.wrap(
        line,
        style.width,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rank(detail: Detail) -> int:
    return _WORDS.index(detail.word)


def _place(detail: Detail) -> tuple[str, int]:
    file, _, line = detail.where.rpartition(":")
    return (file, int(line)) if file and line.isdigit() else (detail.where, 0)
