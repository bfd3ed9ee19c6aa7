"""What Evidently answers. It is imported in a child process, and only when somebody is going to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_evidently.settings import EvidentlySettings

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.profile import Profile

PLUGIN = Plugin(name="evidently", settings=EvidentlySettings, tools=("evidently", "pandas", "plotly"))


@hookimpl
def mlops_check_setup(context: Context) -> Report | None:
    """Whether Evidently imports, in a child process."""
    from mlops_ext_evidently import setup

    return setup.check(context)


@hookimpl
def mlops_compare_data(context: Context, profile: Profile, current: DataRef) -> Report | None:
    """Draw the window beside the reference, when somebody is going to look."""
    if not context.pictures or not profile.version:
        return None
    from mlops_ext_evidently import compare

    return compare.compare(context, profile, current)
