"""A review on GitHub: the comment for people, the check run for the merge button and the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from mlops_ext.contract.review import Posted
from mlops_ext.errors import CouldNotTellError
from mlops_ext_github.place import here
from mlops_ext_github.refusals import Forbidden
from mlops_ext_github.words import line

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.review import Review

NOWHERE = "the environment names no GITHUB_REPOSITORY, or no GITHUB_TOKEN"


def post(context: Context, review: Review) -> Posted:
    """Show both; what the token may not do is said in `why`, and is nobody's fault."""
    place = here()
    if place is None:
        return Posted(how="skipped", why=NOWHERE)
    from mlops_ext_github import check_run, comment
    from mlops_ext_github.hub import connected

    without = ""
    with connected(context, place) as hub:
        if hub.settings.check_run:
            try:
                check_run.show(hub, review)
            except CouldNotTellError as error:
                without = f"no check run: {error}"
        try:
            posted = comment.show(hub, review)
        except Forbidden as error:
            posted = Posted(how="skipped", why=line(error))
    return replace(posted, why="; ".join(filter(None, (posted.why, without))))
