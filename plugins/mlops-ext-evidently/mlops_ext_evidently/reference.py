"""The data that a version was trained on, by the bytes its registry entry names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import Table
    from mlops_ext.contract.models import ModelVersion
    from mlops_ext.contract.profile import Profile


def open_reference(context: Context, profile: Profile) -> tuple[str, Table]:
    """The name of the training table, and the table."""
    selector = f"{profile.model}/{profile.version}"
    version = context.find_model(selector)
    if version is None:
        raise CouldNotTellError(
            f"the registry has no {selector}", hint="mlops-ext doctor looks at the registry"
        )
    own = context.settings.models.get(profile.model)
    name = (own.train or own.data) if own else ""
    ref = next((ref for ref in version.data if ref.kind == "data" and ref.name == name), None)
    if ref is None:
        names = ", ".join(ref.name for ref in version.data) or "none"
        raise CouldNotTellError(
            f"{selector} names no data `{name}` (it names {names})",
            where=f"models.{profile.model}",
            hint="set `train`",
        )
    settings = context.settings.data.get(name)
    path = context.fetch(ref)
    form = settings.format if settings else ""
    table = context.open(
        DataRef(name=name, uri=str(path), format=form or _format(ref.uri), digest=ref.digest)
    )
    return name, _before_the_test(table, context, version, name)


def _before_the_test(table: Table, context: Context, version: ModelVersion, name: str) -> Table:
    # Without a table of its own the model was fitted on the part that ends where the test rows begin.
    time = context.settings.data[name].time if name in context.settings.data else ""
    cut = version.trained_until and time and not context.settings.models[version.model].train
    return table.between(time, "", version.trained_until) if cut else table


def _format(uri: str) -> str:
    # In a cache the bytes lie under their digest, without a suffix.
    for suffix, form in ((".csv", "csv"), (".csv.gz", "csv"), (".parquet", "parquet"), (".arrow", "arrow")):
        if uri.endswith(suffix):
            return form
    return ""
