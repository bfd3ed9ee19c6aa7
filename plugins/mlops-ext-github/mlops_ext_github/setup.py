"""Does the repository that the environment names answer to its token?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, PASS, SKIPPED, Check, Report
from mlops_ext.errors import MlopsExtError
from mlops_ext_github.place import here

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

NAME = "GitHub answers"


def check(context: Context) -> Report:
    """One check; outside of a workflow nobody is asked."""
    try:
        place = here()
        if place is None:
            message = "no GITHUB_REPOSITORY and GITHUB_TOKEN here, so nothing is shown on GitHub"
            return _report(Check(name=NAME, status=SKIPPED, message=message))
        from mlops_ext_github.hub import connected

        with connected(context, place) as hub:
            found = hub.ask(lambda: hub.repository.complete().full_name, "metadata: read")
    except MlopsExtError as error:
        return _report(Check(name=NAME, status=ERROR, message=str(error), hint=error.hint))
    return _report(Check(name=NAME, status=PASS, message=f"{found} at {place.api}"))


def _report(check: Check) -> Report:
    return Report(question="setup", checks=(check,))
