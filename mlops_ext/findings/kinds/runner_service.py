"""Stages that start, or ask, a prediction service on a machine that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.findings.called import own_calls
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look

LOCAL = "local-service"


def find(look: Look) -> Iterator[Finding]:
    """Only where the settings name the plugin whose service is a process of the machine itself."""
    if "serve" not in look.named_plugins:
        return
    for call in own_calls(look):
        if call.stage in ("release", "monitor", "loop") and call.hosted and "--local" not in call.given():
            what = "asks" if call.stage == "monitor" else "starts"
            yield Finding(
                rule="service-ends-with-runner",
                file=call.workflow.file,
                line=call.line,
                message=f"{call.name} {what} the prediction service on a machine of GitHub's, "
                "which ends with the job",
                hint="runs-on: '[\"self-hosted\"]', with the name of a runner of your own",
            )
