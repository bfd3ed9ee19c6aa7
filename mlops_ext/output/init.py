"""What `init` says: as lines for people, or as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_ext.output.clean import clean, one_line
from mlops_ext.output.machine import dump
from mlops_ext.settings.find import OWN_FILE, PYPROJECT
from mlops_ext.starter.answer import PROPOSED
from mlops_ext.starter.difference import difference

if TYPE_CHECKING:
    from mlops_ext.starter.answer import InitResult, ProposedFile


def show(said: InitResult, form: str) -> str:
    """All of it, for people or as JSON."""
    return dump(said) if form == "json" else clean("\n".join([*_lines(said), closing(said)]))


def closing(said: InitResult) -> str:
    """What became of it, and what comes next."""
    outcome = "nothing was written" if said.outcome == PROPOSED else said.outcome
    return f"{outcome}; next: {said.next}"


def _lines(said: InitResult) -> Iterator[str]:
    """The settings in full, workflows as a diff, of other files what they hold."""
    yield from (f"found    {one_line(fact)}" for fact in said.found)
    yield from (f"left out {one_line(remark)}" for remark in said.not_looked_at)
    if said.files:
        yield ""
        yield from (
            f"{'adds to' if file.added else 'writes':<8} {one_line(f'{file.path}: {file.what}')}"
            for file in said.files
        )
        yield from (text for file in said.files if (text := _shown(file)))
    yield from said.printed


def _shown(file: ProposedFile) -> str:
    if file.path.endswith((OWN_FILE, PYPROJECT)):
        return f"\n{file.text}"
    _, inside, name = file.path.rpartition(".github/workflows/")
    return f"\n{difference('', file.text, inside + name)}" if inside else ""
