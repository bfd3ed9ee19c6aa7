"""A plugin is asked only when it declares itself and keeps to the contract."""

from __future__ import annotations

import pytest

from mlops_ext import registry
from mlops_ext.errors import SettingsError

DECLARED = 'PLUGIN = Plugin(name="one", roles=("store",), kinds=("folder",))\n'


def rows(*named, picks=None):
    return registry.build(named, picks or {})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("x = 1", "holds no `PLUGIN"),
        ('PLUGIN = Plugin(name="other")', "calls itself `other`"),
        ('PLUGIN = Plugin(name="one", roles=("king",))', "unknown role `king`"),
        (DECLARED + "@hookimpl\ndef mlops_validate_dat(context): pass", "is no hook of this contract"),
        (DECLARED + "def mlops_notify(context, record): pass", "is not marked with @hookimpl"),
        (DECLARED + "@hookimpl\ndef mlops_notify(context, nope): pass", "takes `nope`"),
        (DECLARED + "@hookimpl(wrapper=True)\ndef mlops_notify(context): yield", "is a wrapper"),
    ],
)
def test_what_breaks_the_contract_is_named_and_not_asked(plugins, code, said):
    plugins("one", code)
    found = rows("one")
    assert found.ready == ()
    assert said in found.broken[0].error


def test_the_others_stay_ready(plugins):
    plugins("one", DECLARED)
    plugins("two", "raise RuntimeError")
    found = rows("one", "two")
    assert [row.name for row in found.ready] == ["one"]
    assert [row.name for row in found.broken] == ["two"]


def test_installed_and_not_named_is_listed_and_not_imported(plugins):
    plugins("one", DECLARED)
    plugins("silent", "raise RuntimeError")
    assert "silent" in [entry.name for entry in rows("one").unnamed]


def test_two_with_one_role_need_a_pick(plugins):
    plugins("one", DECLARED)
    plugins("two", DECLARED.replace('"one"', '"two"'))
    with pytest.raises(SettingsError, match=r"one .* and two .* both offer `store`"):
        rows("one", "two").with_role("store")
    picked = rows("one", "two", picks={"store": "two"}).with_role("store")
    assert picked is not None
    assert picked.name == "two"


def test_two_with_one_kind_need_a_pick(plugins):
    plugins("one", DECLARED)
    plugins("two", DECLARED.replace('"one"', '"two"'))
    with pytest.raises(SettingsError, match="`folder`"):
        rows("one", "two").with_kind("folder")


def test_a_pick_that_has_not_the_role_is_an_error(plugins):
    plugins("one", DECLARED)
    with pytest.raises(SettingsError, match="`three` does not offer"):
        rows("one", picks={"store": "three"}).with_role("store")
