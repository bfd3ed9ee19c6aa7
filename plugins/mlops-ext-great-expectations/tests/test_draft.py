"""A first suite: what the real Great Expectations makes of it, and where none is drafted."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from gx_project import context_of

from mlops_ext.contract.data import ColumnRule, DataRef
from mlops_ext_great_expectations import hooks

TABLE = pa.table({"n": [1, 2, None], "word": ["a", "b", "a"]})
RULES = (
    ColumnRule(name="n", type="integer", low=0, high=9, seen=("range",)),
    ColumnRule(name="word", type="string", nullable=False, categories=("a", "b"), seen=("categories",)),
)
DATA = DataRef(name="t", uri="t.parquet")


def test_the_table_that_was_seen_passes_and_all_is_evaluated(tmp_path: Path) -> None:
    context = context_of(tmp_path, TABLE, suite="t")
    draft = hooks.mlops_draft_suite(context, DATA, RULES)
    assert draft is not None
    (tmp_path / draft.path).parent.mkdir(parents=True)
    (tmp_path / draft.path).write_text(draft.text)
    reports = hooks.mlops_validate_data(context, DATA)
    assert reports is not None
    assert len(reports[0].checks) == len(json.loads(draft.text)["expectations"]) == 5
    assert {check.status for check in reports[0].checks} == {"pass"}
    assert sorted(check.severity for check in reports[0].checks) == ["critical"] * 3 + ["warning"] * 2


def test_a_draft_that_is_made_twice_is_the_same(tmp_path: Path) -> None:
    context = context_of(tmp_path, TABLE, suite="t")
    assert hooks.mlops_draft_suite(context, DATA, RULES) == hooks.mlops_draft_suite(context, DATA, RULES)


@pytest.mark.parametrize("own", ["gx/great_expectations.yml", "great_expectations/great_expectations.yml"])
def test_where_the_team_has_a_project_none_is_drafted(tmp_path: Path, own: str) -> None:
    (tmp_path / own).parent.mkdir(parents=True)
    (tmp_path / own).touch()
    assert hooks.mlops_draft_suite(context_of(tmp_path, TABLE), DATA, RULES) is None
