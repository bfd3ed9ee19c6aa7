"""What is kept with a version beside the model: lock, interpreter, newest training time, causes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.data import Measure
from mlops_ext.environments import environment_of, find_lock
from mlops_ext_mlflow.store.calls import read
from mlops_ext_mlflow.store.patience import code

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef, Table
    from mlops_ext.contract.pipeline import Run
    from mlops_ext_mlflow.store.connect import Store

PACKAGED = "mlops-ext-package/environment.lock"


def lock_text(context: Context, run: Run) -> str:
    """The lock of the environment that the run had: the deployed package's, else the project's."""
    for folder in (Path(run.path), *Path(run.path).parents) if run.source.kind == "deployment" else ():
        if (folder / PACKAGED).is_file():
            return (folder / PACKAGED).read_text("utf-8")
    return find_lock(
        context.root, Path(run.source.python or context.python), context.settings.lock or None
    ).text


def python_version(context: Context, run: Run) -> str:
    """The version of the interpreter, like 3.11."""
    version = environment_of(Path(run.source.python or context.python)).python
    return ".".join(version.split(".")[:2])


def trained_until(context: Context, run: Run, model: str) -> str:
    """The newest time in the training data, as text; empty where no table says.

    Without a table of its own for training it is the model's data, cut where the test rows begin.
    """
    own = context.settings.models[model]
    tables = {data.name: data for data in run.data}
    if own.train in tables:
        return _end(context, tables[own.train], "max")
    if own.data not in tables:
        return ""
    begin = _end(context, tables[own.test], "min") if own.test in tables else ""
    return _end(context, tables[own.data], "max", before=begin)


def causes(store: Store, run: str) -> tuple[str, ...]:
    """Why the run was started, as its tracked run says."""
    try:
        words = read(store, store.client.get_run, run).data.tags.get("mlops.causes", "")
    except Exception as error:
        if code(error) not in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            raise
        return ()
    return tuple(word for word in words.splitlines() if word)


def _end(context: Context, data: DataRef, kind: str, before: str = "") -> str:
    column = context.settings.data[data.name].time
    table: Table = context.open(data)
    if not column or all(known.name != column for known in table.schema):
        return ""
    rows = table.between(column, "", before) if before else table
    value = rows.aggregate([Measure(kind=kind, column=column)])[0].value
    return "" if value is None else str(value)
