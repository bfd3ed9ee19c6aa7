"""Does the repository that the environment names answer to its token, and is it set up for the stages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, PASS, SKIPPED, Check, Report
from mlops_ext.errors import MlopsExtError
from mlops_ext_github.place import here

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

NAME = "GitHub answers"


def check(context: Context) -> Report:
    """Where the environment names no repository and no token, nobody is asked."""
    try:
        place = here()
        if place is None:
            message = "no GITHUB_REPOSITORY and GITHUB_TOKEN here, so nothing is shown on GitHub"
            hint = "set both to ask for branch protection, environments and secrets by name"
            return _report(Check(name=NAME, status=SKIPPED, message=message, hint=hint))
        from mlops_ext_github import protections
        from mlops_ext_github.hub import connected

        with connected(context, place) as hub:
            found = hub.ask(lambda: hub.repository.complete().full_name, "metadata: read")
            more = tuple(protections.checks(hub))
    except MlopsExtError as error:
        return _report(Check(name=NAME, status=ERROR, message=str(error), hint=error.hint))
    return _report(Check(name=NAME, status=PASS, message=f"{found} at {place.api}"), *more)


def _report(*checks: Check) -> Report:
    return Report(question="setup", checks=checks)
