"""All that a comment says, gathered before any of it is laid out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from mlops_ext.output.clean import clean, markdown
from mlops_ext.output.view import ERROR, WARNING, Detail, View, view_of
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import verdict_of

if TYPE_CHECKING:
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext.output.machine import Result

_PLACE = re.compile(r"(?P<path>[^\s:][^:]*):(?P<line>[1-9]\d{0,6})")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is known of the job without its answer: by the event that called us.

    `report` is the address of what the job left, `site` that of the repository; both may be empty.
    `name` tells it from other jobs that ask the same of the same project.
    """

    change: int
    commit: str
    conclusion: str = ""
    report: str = ""
    site: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """An answer as it is believed.

    `loosened` gates open more easily, `changed` ones differ otherwise, and `unsure` says why nobody knows
    which do; `metric` is the one that release judges.
    """

    job: Job
    marker: str
    view: View
    folder: str = ""
    record: str = ""
    loosened: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unsure: str = ""
    champion: ModelVersion | None = None
    notes: tuple[str, ...] = ()
    metric: str = ""

    @property
    def bad(self) -> tuple[Detail, ...]:
        """What somebody should act on, worst first; what Git says of gates is said once, before it."""
        said = {*self.loosened, *self.changed}
        return tuple(one for one in self.view.bad if one.word != WARNING or one.found not in said)

    def place(self, where: str) -> str:
        """A place as a link to the line at this commit, where it is one; in a table's cell."""
        shown, found = markdown(where, 120), located(where, self.folder)
        if not found or not self.job.site:
            return shown
        return f"[{shown}]({self.job.site}/blob/{self.job.commit}/{quote(found[0])}#L{found[1]})"


def located(where: str, folder: str = "") -> tuple[str, int] | None:
    """The file, relative to the Git root, and the line; None where a place names none inside of it."""
    found = _PLACE.fullmatch(where)
    parts = [*folder.split("/"), *found["path"].split("/")] if found else []
    if not found or found["path"].startswith("/") or ".." in parts or not _is_plain(where):
        return None
    return "/".join(part for part in parts if part not in ("", ".")), int(found["line"])


def _is_plain(where: str) -> bool:
    """Whether a place holds only what can be seen, and no separator of another system."""
    return clean(where) == where and not set(where) & set("\\\n\t")


def viewed(result: Result, doubts: tuple[Detail, ...] = ()) -> View:
    """A published result as it is shown; a doubt turns whatever it said into "could not tell".

    Counts and order come from its reports again: what contradicts them is not taken over.
    """
    outcome = Outcome(
        stage=result.stage,
        verdict=verdict_of(result.verdict, result.faults),
        summary=result.summary,
        reports=result.reports,
        replayed=result.replayed,
        products=tuple((name, value) for name, values in result.products.items() for value in values),
        notes=result.notes,
        next=result.next,
        seconds=result.seconds,
        comparison=result.comparison,
    )
    view = view_of(outcome)
    if not doubts:
        return view
    return replace(view, verdict="error", details=(*doubts, *view.details), next="")


def record_of(result: Result) -> str:
    """The digest of the record, where it is one."""
    return result.record if _DIGEST.fullmatch(result.record) else ""


def doubt(title: str, found: str, help: str) -> Detail:  # noqa: A002 - the word that people are shown
    """Why an answer is not believed."""
    return Detail(word=ERROR, title=title, question="", found=found, help=help)
