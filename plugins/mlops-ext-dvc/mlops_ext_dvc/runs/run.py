"""`mlops_run_pipeline`: in the workspace, with parameters, deployed, or on a sample."""

from __future__ import annotations

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, Source
from mlops_ext.contract.refs import Setting
from mlops_ext.contract.triggers import Trigger
from mlops_ext.errors import UsageError


def run_pipeline(
    context: Context, source: Source, params: tuple[Setting, ...], causes: tuple[Trigger, ...]
) -> Run:
    """Run it where the source says."""
    from mlops_ext_dvc.runs import experiment, runfolder, sample, workspace

    if params and (source.kind != "workspace" or source.sample_rows):
        raise UsageError("parameters can be set for runs in the workspace only", key="--set")
    if source.sample_rows:
        return sample.run(context, source)
    if source.kind == "deployment":
        return runfolder.run(context, source, causes)
    if params:
        return experiment.run(context, source, params, causes)
    return workspace.run(context, source, causes)
