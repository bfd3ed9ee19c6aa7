"""Remarks on the lines of files, for what is not well and says where."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.comment.told import Told, located
from mlops_ext.contract.review import Annotation
from mlops_ext.output.clean import one_line
from mlops_ext.output.view import WARNING, Detail

MOST = 100
TITLE = 200


def remarks(told: Told) -> tuple[Annotation, ...]:
    """The worst first; a place that is no line of a file in the repository has none."""
    return tuple(_all(told))[:MOST]


def _all(told: Told) -> Iterator[Annotation]:
    for detail in told.bad:
        found = located(detail.where, told.folder)
        if found:
            yield _annotation(detail, *found)


def _annotation(detail: Detail, path: str, line: int) -> Annotation:
    said = [one_line(part) for part in (detail.found, detail.help) if part]
    return Annotation(
        path=path,
        line=line,
        level="warning" if detail.word in (WARNING, "info") else "failure",
        title=one_line(detail.title)[:TITLE],
        message="\n".join(said) or one_line(detail.title),
    )
