"""What a change does to gates: looser is said as such, and only that."""

from __future__ import annotations

import pytest
from calling import commit, git

from mlops_ext.errors import CouldNotTellError
from mlops_ext.settings.loosened import changes

BASE = """
name = "shop"
plugins = ["dvc", "great-expectations"]

[integrate]
ask = ["data:visits", "tests"]

[data.visits]
path = "visits.csv"
suite = "visits"
minimum_rows = 100

[models.purchase]
data = "visits"

[models.purchase.release]
margin = 0.005
policy = "better"

[targets.test]
limits = { memory_mb = 900 }

[targets.production]
approval = "github"
after = { target = "test", runs = 3 }
"""
LOOSER = {
    'approval = "github"': ("approval = false", "targets.production.approval github to false"),
    "margin = 0.005": ("margin = 0.05", "models.purchase.release.margin 0.005 to 0.05"),
    'suite = "visits"': ("", "data.visits.suite visits to unset"),
    "minimum_rows = 100": ("minimum_rows = 1", "data.visits.minimum_rows 100 to 1"),
    "runs = 3": ("runs = 1", "targets.production.after.runs 3 to 1"),
    "memory_mb = 900": ("memory_mb = 0", "targets.test.limits.memory_mb 900 to 0"),
    '"better"': ('"not-worse"', "models.purchase.release.policy better to not-worse"),
    '["data:visits", "tests"]': ('["tests"]', "integrate.ask [data:visits, tests] to [tests]"),
    'plugins = ["dvc", "great-expectations"]': ('plugins = ["dvc"]', "plugins [dvc, great-expectations] to"),
    'after = { target = "test", runs = 3 }': ("", "targets.production.after"),
    "minimum_rows = 100\n": ('minimum_rows = 100\nmissing = "skip"\n', "data.visits.missing error to skip"),
}
OTHERWISE = {
    "margin = 0.005": "margin = 0.001",
    "minimum_rows = 100": "minimum_rows = 1000",
    'suite = "visits"': 'suite = "others"',
    '["data:visits", "tests"]': '["data:visits", "tests", "pipeline"]',
    "memory_mb = 900": "memory_mb = 500",
    "runs = 3": "runs = 5",
}
NOTHING = {
    'name = "shop"': 'name = "shop"\ndeadline = "2h"',
    "[models.purchase]\n": "[models.purchase]\noutput = 'probability'\n",
    'path = "visits.csv"': 'path = "all.csv"',
}


@pytest.fixture
def shop(tmp_path):
    """A repository whose `main` has gates."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "gx" / "expectations").mkdir(parents=True)
    (tmp_path / "gx" / "expectations" / "visits.json").write_text("{}")
    (tmp_path / "mlops-ext.toml").write_text(BASE)
    commit(tmp_path)
    git(tmp_path, "switch", "-q", "-c", "change")
    return tmp_path


def said(shop, text, name="mlops-ext.toml"):
    """What a change to this text does."""
    (shop / name).write_text(text)
    commit(shop)
    return changes(shop, name, "main", "HEAD", ["gx/expectations/**"])


@pytest.mark.parametrize("old", LOOSER)
def test_what_is_looser(shop, old):
    new, words = LOOSER[old]
    found = said(shop, BASE.replace(old, new))
    assert found
    assert all(change.loosens for change in found)
    assert words in found[0].said


@pytest.mark.parametrize("old", OTHERWISE)
def test_what_is_tighter_or_other_is_not_called_looser(shop, old):
    (found,) = said(shop, BASE.replace(old, OTHERWISE[old]))
    assert not found.loosens


@pytest.mark.parametrize("old", NOTHING)
def test_what_is_no_gate_is_not_named(shop, old):
    assert said(shop, BASE.replace(old, NOTHING[old])) == []


def test_tables_models_and_targets_that_are_taken_away(shop):
    text = BASE.partition("[models.purchase]\n")[0]
    found = [change.said for change in said(shop, text) if change.loosens]
    assert found == [
        f"{entry} is taken away" for entry in ("models.purchase", "targets.production", "targets.test")
    ]


def test_a_suite_that_is_deleted_or_changed(shop):
    suite = shop / "gx" / "expectations" / "visits.json"
    suite.write_text('{"a": 1}')
    (change,) = said(shop, BASE)
    assert (change.said, change.loosens) == ("gx/expectations/visits.json changed", False)
    suite.unlink()
    (gone,) = said(shop, BASE)
    assert (gone.said, gone.loosens) == ("gx/expectations/visits.json deleted", True)


def test_a_new_suite_only_asks_more(shop):
    (shop / "gx" / "expectations" / "more.json").write_text("{}")
    assert said(shop, BASE) == []


def test_what_the_base_did_meanwhile_is_not_ours(shop):
    git(shop, "switch", "-q", "main")
    (shop / "mlops-ext.toml").write_text(BASE.replace("margin = 0.005", "margin = 0.001"))
    commit(shop)
    git(shop, "switch", "-q", "change")
    assert said(shop, BASE + "\n") == []


def test_settings_that_are_taken_away_or_broken(shop):
    (broken,) = said(shop, BASE + "nothing = { of toml\n")
    assert "can't be read any more" in broken.said
    (shop / "mlops-ext.toml").unlink()
    commit(shop)
    (gone,) = changes(shop, "mlops-ext.toml", "main", "HEAD")
    assert gone.loosens


def test_a_base_without_settings_had_no_gates(shop):
    (shop / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    commit(shop)
    git(shop, "branch", "-f", "main", "HEAD")
    text = "[project]\nname = 'x'\n[tool.mlops-ext]\nplugins = []\n"
    assert said(shop, text, "pyproject.toml") == []


def test_histories_that_never_met_could_not_be_told(shop):
    git(shop, "switch", "-q", "--orphan", "other")
    commit(shop)
    with pytest.raises(CouldNotTellError, match="no commit in common"):
        changes(shop, "mlops-ext.toml", "main", "HEAD")
