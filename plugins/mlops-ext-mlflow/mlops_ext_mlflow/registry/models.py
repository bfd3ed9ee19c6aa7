"""Finding a version: by number, the newest, or by an alias, of which the log is the truth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext_mlflow.promotion import log, promote
from mlops_ext_mlflow.promotion.alias import points_at
from mlops_ext_mlflow.registry import foreign, lineage, versions
from mlops_ext_mlflow.store import names
from mlops_ext_mlflow.store.connect import Store, connect

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion, Promotion

SELECTOR = re.compile(r"([^@/]+)(?:@([^@/~]+)(?:~(\d+))?|/(\d+))?")


def find(context: Context, selector: str) -> ModelVersion | None:
    """`m@champion`, `m@champion~1` (who held it before), `m/3`, or `m` for the newest; None: no such."""
    parts = SELECTOR.fullmatch(selector)
    if parts is None:
        raise UsageError(
            f"{selector!r} selects no model", hint="write m@champion, m/3, or m for the newest version"
        )
    model, alias, steps, number = parts.groups()
    names.check_model(model)
    store = connect(context)
    if alias:
        names.check_alias(alias)
        where = promote.Alias(store, model, alias)
        return _before(context, where, int(steps)) if int(steps or 0) else _by_alias(context, where)
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


def _before(context: Context, where: promote.Alias, steps: int) -> ModelVersion | None:
    number, entry = log.held_before(where.store, where.log, steps)
    return _version(context, where, number, entry) if number else None


def _by_alias(context: Context, where: promote.Alias) -> ModelVersion | None:
    end = log.last(where.store, where.log)
    points = points_at(where.store, where.model, where.alias)
    number = end.target if end else points
    if number is None:
        return None
    if end and points not in {None, end.target}:
        context.say(
            f"{where.model}@{where.alias} is at version {points}, its log says {end.target}: the log counts"
        )
    return _version(context, where, number, end)


def _version(context: Context, where: promote.Alias, number: int, entry: log.Entry | None) -> ModelVersion:
    version = versions.get(where.store, where.model, number)
    if version is None:
        # MLflow deletes the aliases of a version with it: that is never "there was no champion yet".
        raise CouldNotTellError(
            f"alias missing: {where.model}@{where.alias} is version {number}, which is no longer registered",
            where=where.store.shown,
            hint="promote another version: mlops-ext rollback --to VERSION",
        )
    return told(context, where.store, version, promote.told(where, entry, entry) if entry else None)
