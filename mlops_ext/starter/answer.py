"""What `init` found and proposes, as one object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mlops_ext.discover.facts import facts

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository
    from mlops_ext.settings.find import SettingsFile
    from mlops_ext.starter.github.facts import Facts
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


def result(found: Repository, proposal: Proposal, callers: Facts | None = None) -> InitResult:
    """What is said before anything is written."""
    known = (*facts(found), *(callers.said() if callers else ()))
    return _proposed(found.name, known, proposal, f"mlops-ext init{' --github' if callers else ''} --yes")


def _proposed(project: str, found: tuple[str, ...], proposal: Proposal, then: str) -> InitResult:
    files = tuple(
        ProposedFile(path=file.path, what=file.what, text=file.text, added=file.added)
        for file in proposal.files
    )
    return InitResult(
        outcome=PROPOSED,
        project=project,
        found=found,
        not_looked_at=tuple(proposal.left_out),
        files=files,
        printed=tuple(proposal.printed),
        next=then,
    )


def written(said: InitResult) -> InitResult:
    """The same, once the files are there."""
    then = "doctor" if "--github" in said.next else "integrate"
    next_ = f"look at what was written, commit it, then mlops-ext {then}"
    return msgspec.structs.replace(said, outcome=WRITTEN, next=next_)


def nothing_to_do(file: SettingsFile) -> InitResult:
    """The answer where there are settings already."""
    return InitResult(
        outcome=NOTHING, project=file.project_name, found=(_settings(file),), next="mlops-ext settings"
    )


def callers_result(file: SettingsFile, facts: Facts, proposal: Proposal) -> InitResult:
    """What is said of the workflows alone, where there are settings already."""
    said = _proposed(
        file.project_name, (_settings(file), *facts.said()), proposal, "mlops-ext init --github --yes"
    )
    if proposal.files:
        return said
    return msgspec.structs.replace(said, outcome=NOTHING, next="mlops-ext doctor")


def _settings(file: SettingsFile) -> str:
    return f"settings: {file.path.name}"
