"""What `init` says: as lines for people, and as one JSON object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.discover.facts import facts

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository
    from mlops_ext.settings.find import SettingsFile
    from mlops_ext.starter.proposal import Proposal

WRITTEN, PROPOSED, NOTHING = "written", "proposed", "nothing to do"


class ProposedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file, relative to the project, with what it holds; `added` is put behind what is there."""

    path: str
    what: str
    text: str
    added: bool


class InitResult(msgspec.Struct, frozen=True, kw_only=True):
    """What `init --format json` prints; `outcome` is written, proposed or nothing to do.

    `found` are facts, `not_looked_at` what was passed over and why, `printed` what is for the team to
    add to files of its own.
    """

    outcome: str
    project: str
    found: tuple[str, ...] = ()
    not_looked_at: tuple[str, ...] = ()
    files: tuple[ProposedFile, ...] = ()
    printed: tuple[str, ...] = ()
    next: str = ""


def result(found: Repository, proposal: Proposal) -> InitResult:
    """All that was found and proposed; nothing is written yet."""
    files = tuple(
        ProposedFile(path=file.path, what=file.what, text=file.text, added=file.added)
        for file in proposal.files
    )
    return InitResult(
        outcome=PROPOSED,
        project=found.name,
        found=tuple(facts(found)),
        not_looked_at=tuple(proposal.left_out),
        files=files,
        printed=tuple(proposal.printed),
        next="mlops-ext init --yes",
    )


def written(said: InitResult) -> InitResult:
    """The same, once the files are there."""
    next_ = "look at what was written, commit it, then mlops-ext integrate"
    return msgspec.structs.replace(said, outcome=WRITTEN, next=next_)


def nothing_to_do(file: SettingsFile) -> InitResult:
    """The answer where there are settings already."""
    found = (f"settings: {file.path.name}",)
    return InitResult(outcome=NOTHING, project=file.project_name, found=found, next="mlops-ext settings")


def show(said: InitResult, form: str) -> str:
    """All of it, for people or as JSON."""
    from mlops_ext.output.clean import clean
    from mlops_ext.output.machine import dump

    return dump(said) if form == "json" else clean("\n".join([*_lines(said), closing(said)]))


def closing(said: InitResult) -> str:
    """What became of it, and what comes next."""
    outcome = "nothing was written" if said.outcome == PROPOSED else said.outcome
    return f"{outcome}; next: {said.next}"


def _lines(said: InitResult) -> Iterator[str]:
    """The settings in full, of other files what they hold."""
    yield from (f"found    {fact}" for fact in said.found)
    yield from (f"passed   {remark}" for remark in said.not_looked_at)
    if said.files:
        yield ""
        yield from (
            f"{'adds to' if file.added else 'writes':<8} {file.path}: {file.what}" for file in said.files
        )
        yield from ("", said.files[-1].text)
    yield from said.printed
