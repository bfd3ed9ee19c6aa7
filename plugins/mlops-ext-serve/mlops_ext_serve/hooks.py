"""What the prediction service answers. Every function imports what it needs when it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
from mlops_ext_serve.settings import ServeSettings

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef
    from mlops_ext.contract.targets import Deployment, Subject, Target

PLUGIN = Plugin(
    name="serve", kinds=("local-service",), settings=ServeSettings, tools=("starlette", "uvicorn")
)


@hookimpl
def mlops_serve(context: Context, target: Target) -> None:
    """Serve the model of this target in the foreground."""
    from mlops_ext_serve.serving import service

    service.serve(context, target)


@hookimpl
def mlops_deploy(context: Context, subject: Subject, target: Target) -> Deployment | None:
    """Start the service if it does not run, and wait until it serves this version; or stop it."""
    from mlops_ext_serve.control import deploy

    return deploy.deploy(context, subject, target)


@hookimpl
def mlops_observe(context: Context, target: Target) -> Deployment | None:
    """What the service says that it serves."""
    from mlops_ext_serve.control import observe

    return observe.observe(target)


@hookimpl
def mlops_check_target(
    context: Context, subject: Subject, target: Target
) -> Report | tuple[Report, ...] | None:
    """Whether a model version loads, what it needs, and whether it answers as it should."""
    from mlops_ext_serve.checks import check

    return check.check(context, subject, target)


@hookimpl
def mlops_resolve_data(context: Context, name: str, revision: str) -> DataRef | None:
    """A window of the prediction log of `context.model`."""
    if not name.startswith("log:"):
        return None
    from mlops_ext_serve.predictions import export

    return export.export(context, name.removeprefix("log:"), revision)
