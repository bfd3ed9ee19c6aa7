"""What a new record means for GitHub: nothing, or a deployment, an event, an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext_github import facts
from mlops_ext_github.place import Place, here
from mlops_ext_github.refusals import Forbidden
from mlops_ext_github.settings import NAME, GithubSettings
from mlops_ext_github.words import line

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.records import StageRecord, StoredRecord


def notify(context: Context, stored: StoredRecord) -> None:
    """Tell GitHub what concerns it. A permission that is missing is one line; other trouble is raised."""
    place = here()
    # A pull request can make a record say anything.
    if place is None or "pull-request" in (context.zone, stored.record.zone):
        return
    if kinds := _due(stored.record, context.own(NAME, GithubSettings)):
        _tell(context, place, stored, kinds)


def _due(record: StageRecord, settings: GithubSettings) -> list[str]:
    about_people = facts.questions(record) or facts.well(record)
    due = {
        "deployments": settings.deployments and facts.state(record),
        "dispatches": settings.dispatch and facts.causes(record),
        "issues": settings.issues and about_people,
    }
    return [kind for kind, wanted in due.items() if wanted]


def _tell(context: Context, place: Place, stored: StoredRecord, kinds: list[str]) -> None:
    from mlops_ext_github import deployments, dispatches, issues
    from mlops_ext_github.hub import connected

    tellers = {"deployments": deployments.tell, "dispatches": dispatches.tell, "issues": issues.tell}
    faults: list[MlopsExtError] = []
    with connected(context, place) as hub:
        for kind in kinds:
            try:
                tellers[kind](hub, stored)
            except Forbidden as error:
                context.tell(f"no {kind} on GitHub: {line(error)}")
            except MlopsExtError as error:
                faults.append(error)
    if faults:
        what = "; ".join(dict.fromkeys(str(fault) for fault in faults))
        raise CouldNotTellError(what, hint=faults[0].hint)
