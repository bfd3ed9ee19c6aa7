"""Schema changes against what a model was trained on: missing, unexpected, retyped."""

from __future__ import annotations

from mlops_ext.contract.data import Column
from mlops_ext.contract.profile import ColumnProfile, Profile
from mlops_ext.data.difference import columns_of, difference


def _columns(**types: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, type=kind) for name, kind in types.items())


def test_nothing_changed_says_how_much_was_looked_at() -> None:
    before = _columns(a="integer", b="string", t="timestamp")
    (check,) = difference(before, _columns(t="timestamp-utc", b="string", a="float"))
    assert (check.status, check.count) == ("pass", 3)


def test_missing_unexpected_and_retyped_are_told_apart() -> None:
    before = _columns(distance="float", carrier="string", hour="integer")
    checks = difference(before, _columns(distanse="float", carrier="string", hour="string"))
    assert [(check.column, check.status) for check in checks] == [
        ("distance", "fail"),
        ("distanse", "fail"),
        ("hour", "fail"),
    ]
    assert checks[0].hint == "did you mean `distanse`?"
    assert checks[2].message == "the column's type was integer, is string"


def test_a_column_without_values_has_no_type_that_could_differ() -> None:
    (check,) = difference(_columns(a="float"), _columns(a="null"))
    assert check.status == "pass"


def test_a_profile_knows_its_columns() -> None:
    column = ColumnProfile(name="a", type="float", kind="number")
    assert columns_of(Profile(model="m", columns=(column,))) == _columns(a="float")
