"""The first answer of a tracking server, within a budget, and told apart from what is no answer."""

from __future__ import annotations

import json
import time
from typing import Any

from mlops_ext.errors import CouldNotTellError
from mlops_ext_mlflow.store.uris import shown, without_userinfo

PATH = "/api/2.0/mlflow/experiments/get"
WAIT = (429, 500, 502, 503, 504)


def reach_server(uri: str, seconds: float) -> None:
    """Return when an MLflow server answered; raise CouldNotTellError saying who did, or that nobody did."""
    end = time.monotonic() + seconds
    tried, last, pause = 0, "", 0.2
    while (left := end - time.monotonic()) > 0 or not tried:
        tried += 1
        answer, last = _ask(uri, max(1.0, left))
        if answer is not None and answer.status_code not in WAIT:
            _judge(uri, answer)
            return
        last = last or f"status {answer.status_code}"
        time.sleep(max(0.0, min(pause, end - time.monotonic())))
        pause = min(2 * pause, 3.0)
    raise CouldNotTellError(
        f"no answer from MLflow at {shown(uri)} in {seconds:.0f} s ({tried} tries, the last: {last})",
        hint="is the server up, and MLFLOW_TRACKING_URI right? what ran is kept and can be recorded later",
    )


def _ask(uri: str, left: float) -> tuple[Any, str]:
    from mlflow.utils.credentials import get_default_host_creds
    from mlflow.utils.rest_utils import http_request

    try:
        creds = get_default_host_creds(uri)  # type: ignore[no-untyped-call]
        answer = http_request(  # type: ignore[no-untyped-call]
            creds,
            PATH,
            "GET",
            params={"experiment_id": "0"},
            max_retries=0,
            timeout=left,
            raise_on_status=False,
        )
    except Exception as error:  # noqa: BLE001 - every way not to get an answer counts the same
        return None, without_userinfo(str(error.__cause__ or error)).rpartition(": ")[2].strip("'\")> ")[:120]
    return answer, ""


def _judge(uri: str, answer: Any) -> None:
    if answer.status_code == 403 and "Host header" in answer.text:
        raise CouldNotTellError(
            f"the MLflow server refuses to be called {shown(uri)} (403, invalid Host header)",
            hint="start it with --allowed-hosts naming this host and port",
        )
    if answer.status_code in {401, 403}:
        raise CouldNotTellError(
            f"not authorised at {shown(uri)} ({answer.status_code})",
            hint="set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
        )
    try:
        known = {"experiment", "error_code"} & set(json.loads(answer.text))
    except (ValueError, TypeError):
        known = set()
    if not known:
        raise CouldNotTellError(
            f"what answers at {shown(uri)} is not an MLflow server (status {answer.status_code})",
            hint="another program may have the port, or a proxy answered with its own page",
        )
