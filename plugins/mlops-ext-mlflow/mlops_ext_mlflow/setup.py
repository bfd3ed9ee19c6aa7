"""What `doctor` and acting stages want to know: MLflow answers, and its store outlives this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, Check, Report
from mlops_ext.errors import MlopsExtError, SettingsError
from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.store import home
from mlops_ext_mlflow.store.connect import connect, uris
from mlops_ext_mlflow.store.uris import shown

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

LASTING = "store-lasts"


def check(context: Context) -> Report:
    """Two checks: the store answers; and whether it is a file here, which a hosted runner throws away."""
    answers = _answers(context)
    return Report(
        question="setup", checks=(answers, *_place(context)) if answers.status != FAIL else (answers,)
    )


def _answers(context: Context) -> Check:
    name = "MLflow answers"
    try:
        store = connect(context)
    except SettingsError as error:
        return Check(name=name, status=FAIL, message=error.what, where=error.where, hint=error.hint)
    except MlopsExtError as error:
        return Check(name=name, status=ERROR, message=error.what, where=error.where, hint=error.hint)
    return Check(name=name, status=PASS, message=store.shown)


def _place(context: Context) -> list[Check]:
    """A file on this machine is no fault by itself, so the severity is info; stages on hosted runners ask."""
    tracking, registry = uris(context, context.own("mlflow", MlflowSettings))
    files = [uri for uri in (tracking, registry) if home.is_file(uri)]
    if not files:
        return [Check(name=LASTING, status=PASS, message=f"{shown(tracking)} outlives this machine")]
    message = f"{shown(files[0])} is a file on this machine and lost with it"
    return [
        Check(
            name=LASTING,
            status=FAIL,
            message=message,
            severity="info",
            hint="set MLFLOW_TRACKING_URI to a server; hosted runners keep the file on the DVC remote",
        )
    ]
