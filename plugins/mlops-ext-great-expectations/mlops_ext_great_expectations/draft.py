"""A first suite from what was seen in a table: the file as Great Expectations writes it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.data import SuiteDraft
from mlops_ext_great_expectations.settings import GreatExpectationsSettings
from mlops_ext_great_expectations.suites import OLD

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import ColumnRule, DataRef

PROJECT = "great_expectations.yml"
NUMBERS = ("integer", "float")


def draft(context: Context, data: DataRef, rules: Sequence[ColumnRule]) -> SuiteDraft | None:
    """None where the team has a GX project, or one of 0.x, which it may want to bring along."""
    folder = context.own("great-expectations", GreatExpectationsSettings).folder
    if (context.root / folder / PROJECT).exists() or (context.root / OLD).is_dir():
        return None
    suite = {
        "name": data.name,
        "id": _id(data.name),
        "expectations": [
            {
                "id": _id(data.name, kind, *kwargs.values()),
                "type": kind,
                "kwargs": kwargs,
                "meta": {},
                "severity": severity,
            }
            for kind, kwargs, severity in _expectations(rules)
        ],
        "meta": {"great_expectations_version": version("great-expectations")},
        "notes": "Drafted from what was seen in the data: ranges and categories are warnings.",
    }
    text = json.dumps(suite, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return SuiteDraft(name=data.name, path=f"{folder}/expectations/{data.name}.json", text=text)


def _expectations(rules: Sequence[ColumnRule]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for rule in rules:
        column = {"column": rule.name}
        yield "expect_column_to_exist", column, "critical"
        if not rule.nullable:
            yield "expect_column_values_to_not_be_null", column, "critical"
        if rule.categories:
            values = column | {"value_set": list(rule.categories)}
            yield "expect_column_values_to_be_in_set", values, _severity(rule, "categories")
        if rule.type in NUMBERS and (rule.low, rule.high) != (None, None):
            bounds = column | {"min_value": rule.low, "max_value": rule.high}
            yield "expect_column_values_to_be_between", bounds, _severity(rule, "range")


def _severity(rule: ColumnRule, claim: str) -> str:
    return "warning" if claim in rule.seen else "critical"


def _id(*words: object) -> str:
    """The same for the same words: a draft that is made twice is one."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(["mlops-ext", *map(str, words)])))
