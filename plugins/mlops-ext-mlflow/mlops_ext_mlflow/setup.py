"""What `doctor` and stages that act want to know: does MLflow answer, and does its store outlive this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import ERROR, FAIL, PASS, Check, Report
from mlops_ext.errors import MlopsExtError, SettingsError
from mlops_ext_mlflow import home
from mlops_ext_mlflow.connect import connect, uris
from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.uris import shown

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

LOCAL = "store is a file on this machine"


def check(context: Context) -> Report:
    """Two checks: the store answers; and whether it is a file here, which a hosted runner throws away."""
    answers = _answers(context)
    return Report(question="setup", checks=(answers, *_place(context)) if answers.status != FAIL else (answers,))


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
    """`value` is True for a file on this machine. It is no fault by itself: severity info."""
    tracking, registry = uris(context, context.own("mlflow", MlflowSettings))
    local = home.is_file(tracking) or home.is_file(registry)
    message = f"{shown(tracking)} is lost with this machine" if local else f"{shown(tracking)} outlives this machine"
    return [Check(name=LOCAL, status=PASS, value=local, message=message, severity="info")]
