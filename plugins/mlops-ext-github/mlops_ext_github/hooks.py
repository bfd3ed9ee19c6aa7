"""What GitHub answers. Where the environment names no repository or no token, nothing is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_github.settings import GithubSettings

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext.contract.review import Approval, Posted, Review

PLUGIN = Plugin(name="github", roles=("review",), settings=GithubSettings, tools=("pygithub",))


@hookimpl
def mlops_check_setup(context: Context) -> Report | None:
    """Whether the repository that the environment names answers to its token."""
    from mlops_ext_github import setup

    return setup.check(context)


@hookimpl
def mlops_post_review(context: Context, review: Review) -> Posted | None:
    """One comment on the pull request, replaced at every call, and one check run on the commit."""
    from mlops_ext_github import review as reviews

    return reviews.post(context, review)


@hookimpl
def mlops_find_approval(context: Context, target: str) -> Approval | None:
    """Who let this run go on into the environment of the target."""
    from mlops_ext_github import approvals

    return approvals.find(context, target)


@hookimpl
def mlops_notify(context: Context, record: StoredRecord) -> None:
    """Deployments of what was delivered and released; a dispatch, or an issue, for what monitor found."""
    from mlops_ext_github import notify

    notify.notify(context, record)
