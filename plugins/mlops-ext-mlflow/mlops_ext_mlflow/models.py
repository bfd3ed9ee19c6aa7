"""Finding a version: by number, the newest, or by an alias, of which the log is the truth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext_mlflow import foreign, lineage, log, names, promote, versions
from mlops_ext_mlflow.alias import points_at
from mlops_ext_mlflow.connect import Store, connect

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion, Promotion

SELECTOR = re.compile(r"([^@/]+)(?:@([^@/]+)|/(\d+))?")


def find(context: Context, selector: str) -> ModelVersion | None:
    """`flight-delay@champion`, `flight-delay/3`, or `flight-delay` for the newest; None: there is none."""
    parts = SELECTOR.fullmatch(selector)
    if parts is None:
        raise UsageError(
            f"{selector!r} selects no model", hint="write m@champion, m/3, or m for the newest version"
        )
    model, alias, number = parts.groups()
    names.check_model(model)
    store = connect(context)
    if alias:
        names.check_alias(alias)
        return _by_alias(context, store, model, alias)
    found = (
        versions.get(store, model, int(number))
        if number
        else next(versions.newest_first(store, model, page=1), None)
    )
    return None if found is None else told(context, store, found)


def told(context: Context, store: Store, version: Any, promotion: Promotion | None = None) -> ModelVersion:
    """A version as MLflow has it, with its lineage; one that others registered is looked at itself."""
    known = lineage.decode(version) or foreign.observed(context, store, version)
    return lineage.model_version(store, version, known, promotion)


def _by_alias(context: Context, store: Store, model: str, alias: str) -> ModelVersion | None:
    where = promote.Alias(store, model, alias)
    end = log.last(store, where.log)
    points = points_at(store, model, alias)
    number = end.target if end else points
    if number is None:
        return None
    if end and points not in {None, end.target}:
        context.say(f"{model}@{alias} points at version {points}, its log says {end.target}: the log counts")
    version = versions.get(store, model, number)
    if version is None:
        # MLflow deletes the aliases of a version with it: that is never "there was no champion yet".
        raise CouldNotTellError(
            f"alias missing: the log of {model}@{alias} says version {number}, which is no longer registered",
            where=store.shown,
            hint="promote another version: mlops-ext rollback names the earlier ones",
        )
    return told(context, store, version, promote.told(where, end, end) if end else None)
