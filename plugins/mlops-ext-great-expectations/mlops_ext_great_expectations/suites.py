"""The team's suite as it stands in its GX folder: read, never written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.refs import Ref
from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext_great_expectations.settings import GreatExpectationsSettings

OLD = "great_expectations"
MIGRATE = (
    "GX 1.x needs a project of its own: docs.greatexpectations.io, 'migrate from 0.x'; then name its folder"
)

Expectation = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """A suite's name, where it lies, its parts, and the pointer that a record keeps."""

    name: str
    where: str
    expectations: list[Expectation]
    meta: dict[str, Any]
    ref: Ref


def load(context: Context, own: GreatExpectationsSettings, table: str, name: str) -> Suite:
    """Read a suite; exit 2 where it is missing, from 0.x, or has nothing to check."""
    path = context.root / own.folder / "expectations" / f"{name}.json"
    where = context.relative(path)
    key = f"data.{table}.suite"
    if not path.is_file():
        raise _missing(context.root, own.folder, key, name, where)
    content = path.read_bytes()
    try:
        found = json.loads(content)
    except ValueError as error:
        raise SettingsError(f"the suite is no JSON: {error}", key=key, file=where) from error
    expectations = found.get("expectations") if isinstance(found, dict) else None
    if not isinstance(expectations, list):
        raise SettingsError("the suite has no list of expectations", key=key, file=where)
    if any("expectation_type" in expectation for expectation in expectations):
        raise SettingsError("this is a suite of Great Expectations 0.x", key=key, file=where, hint=MIGRATE)
    if not expectations:
        raise SettingsError(
            "nothing to check: the suite has 0 expectations",
            key=key,
            file=where,
            hint="add some, or take `suite` away",
        )
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    ref = Ref(kind="suite", name=name, digest=digest, uri=where)
    return Suite(name, where, expectations, dict(found.get("meta") or {}), ref)


def _missing(root: Path, folder: str, key: str, name: str, where: str) -> SettingsError:
    if not (root / folder).is_dir() and (root / OLD).is_dir():
        return SettingsError(
            f"found a project of Great Expectations 0.x in {OLD}/, and no {folder}/", key=key, hint=MIGRATE
        )
    there = sorted(path.stem for path in (root / folder / "expectations").glob("*.json"))
    hint = f"there is {', '.join(there)}" if there else f"{folder}/expectations/ holds no suite"
    return SettingsError(f"the suite `{name}` is not there", key=key, file=where, hint=hint)
