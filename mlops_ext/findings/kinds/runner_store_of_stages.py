"""Stages that act on a hosted runner where nothing keeps their store: no server, and no remote."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.findings.called import ACTING, own_calls
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.kinds.runner_store import has_server
from mlops_ext.findings.look import Look
from mlops_ext.reading.storage import FOLDER, default_remote


def find(look: Look) -> Iterator[Finding]:
    """Without a server the store is kept on DVC's remote, if others reach that."""
    remote = default_remote(look.tree)
    kept = remote is not None and remote.kind != FOLDER and look.settings.get("keep") != "never"
    if kept or has_server(look):
        return
    for call in own_calls(look):
        if call.stage in ACTING and call.hosted and "TRACKING_URI" not in call.given():
            yield Finding(
                rule="store-ends-with-runner",
                file=call.workflow.file,
                line=call.line,
                message=f"{call.name} calls {call.stage} on a hosted runner, and nothing keeps MLflow's "
                "store: no server is named, and DVC has no remote that others reach",
                hint="MLFLOW_TRACKING_URI=https://... in the secret `environment`, or dvc remote add -d NAME "
                "URL",
            )
