"""`mlops_run_pipeline`: in the workspace, with parameters, deployed, or on a sample."""

from __future__ import annotations

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import Run, Source
from mlops_ext.contract.refs import Setting
from mlops_ext.contract.triggers import Trigger
from mlops_ext.errors import SettingsError, UsageError
from mlops_ext_dvc.files import cache


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
    try:
        if params:
            return experiment.run(context, source, params, causes)
        return workspace.run(context, source, causes)
    except SettingsError as error:
        raise _from_top(context, error) from error


def _from_top(context: Context, error: SettingsError) -> SettingsError:
    """The same with its file as people find it from the Git root."""
    root = cache.find_root(context.root)
    if not error.file or root == context.top or not (root / error.file.partition(", ")[0]).exists():
        return error
    file = f"{context.relative(root)}/{error.file}"
    return type(error)(error.what, key=error.key, file=file, hint=error.hint)
