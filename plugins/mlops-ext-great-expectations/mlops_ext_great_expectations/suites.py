"""The team's suite as it stands in its GX folder: read, never written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.refs import Ref
from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from mlops_ext_great_expectations.request import Request

OLD = "great_expectations"
MIGRATE = (
    "GX 1.x needs a project of its own: docs.greatexpectations.io, 'migrate from 0.x'; then name its folder"
)

Expectation = dict[str, Any]


@dataclass(frozen=True)
class Suite:
    """A suite's name, where it lies, its parts, the pointer that a record keeps, and who named it."""

    name: str
    where: str
    expectations: list[Expectation]
    meta: dict[str, Any]
    ref: Ref
    key: str


def load(asked: Request, name: str) -> Suite:
    """Read a suite; exit 2 where it is missing, from 0.x, or has nothing to check."""
    folder = Path(asked.folder)
    path = folder / "expectations" / f"{name}.json"
    where = f"{asked.shown}/expectations/{name}.json"
    if not path.is_file():
        raise _missing(asked, name, where)
    content = path.read_bytes()
    error = partial(SettingsError, key=asked.key, file=where)
    try:
        found = json.loads(content)
    except ValueError as problem:
        raise error(f"the suite is no JSON: {problem}") from problem
    expectations = found.get("expectations") if isinstance(found, dict) else None
    if not isinstance(expectations, list):
        raise error("the suite has no list of expectations")
    if any("expectation_type" in expectation for expectation in expectations):
        raise error("this is a suite of Great Expectations 0.x", hint=MIGRATE)
    if not expectations:
        raise error("nothing to check: the suite has 0 expectations", hint="add some, or take it away")
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    ref = Ref(kind="suite", name=name, digest=digest, uri=where)
    return Suite(name, where, expectations, dict(found.get("meta") or {}), ref, asked.key)


def old_project(asked: Request) -> SettingsError | None:
    """The error where a project of 0.x is there and none of 1.x."""
    if Path(asked.folder).is_dir() or not (Path(asked.root) / OLD).is_dir():
        return None
    what = f"found a project of Great Expectations 0.x in {OLD}/, and no {asked.shown}/"
    return SettingsError(what, key=asked.key, hint=MIGRATE)


def _missing(asked: Request, name: str, where: str) -> SettingsError:
    there = sorted(path.stem for path in (Path(asked.folder) / "expectations").glob("*.json"))
    hint = f"there is {', '.join(there)}" if there else f"{asked.shown}/expectations/ holds no suite"
    return old_project(asked) or SettingsError(
        f"the suite `{name}` is not there", key=asked.key, file=where, hint=hint
    )
