"""What `init` found and proposes, as one object."""

from __future__ import annotations

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
    """What is said before anything is written."""
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
