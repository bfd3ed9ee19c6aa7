"""Why a pipeline runs: from records and facts, so a clock that is late or rings twice does no harm."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from projects.make import make, run_once, stop_services
from projects.variants import ONE_TARGET

from mlops_ext.contract.records import StageRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.session import Options, open_session

SETTINGS = "\n[models.purchase.trigger]\n"
DRIFT = Ref(kind="trigger", name="drift:0123456789abcdef", uri="minutes: moved")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """The tiny project with its pipeline on `production`, where it never ran."""
    tiny = make(tmp_path_factory.mktemp("causes"), files=ONE_TARGET)
    run_once(tiny)
    tiny.call("integrate")
    tiny.call("deliver", "production")
    yield tiny
    stop_services(tiny)


@pytest.fixture
def wants(deployed):
    """Sets when the model wants to be trained, for one test."""
    file = deployed.root / "mlops-ext.toml"
    before = file.read_text()
    yield lambda **how: file.write_text(
        before + SETTINGS + "".join(f"{k} = {json.dumps(v)}\n" for k, v in how.items())
    )
    file.write_text(before)


@pytest.fixture
def book(deployed, monkeypatch):
    """The project's records, for those that a test brings."""
    for name, value in deployed.env.items():
        monkeypatch.setenv(name, value)
    return open_session(Options(project=deployed.root)).book


def said(deployed):
    return deployed.call("trigger").stdout


def record(stage, minutes, **more):
    """A record that passed so many minutes ago."""
    ended = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="milliseconds")
    about = {"project": "visits", "zone": "local", "model": "purchase", "target": "production"}
    given = {"key": f"{stage}{minutes}", "verdict": "pass", "started": ended, "ended": ended, **about, **more}
    return StageRecord(stage=stage, **given)


def heads(deployed):
    """The branches of the team's repository, here and at its origin."""
    return deployed.git("for-each-ref", "refs/heads"), deployed.git("ls-remote", "origin", "refs/heads/*")


def test_f65_a_schedule_that_fires_again_finds_nothing_to_do(deployed, wants):
    """F65: the window is decided from the last run, whenever and however often somebody calls."""
    wants(schedule="7d", new_data=False)
    assert "was trained for schedule" in said(deployed)
    assert "nothing to do" in said(deployed)
    assert "nothing to do" in said(deployed)


def test_f65_neighbour_a_schedule_that_was_late_runs_once(deployed, wants):
    """Neighbour of F65: many windows were missed; one run makes good for all of them."""
    before = heads(deployed)
    wants(schedule="1s", new_data=False)
    assert "was trained for schedule" in said(deployed)
    wants(schedule="1h", new_data=False)
    assert "nothing to do" in said(deployed)
    assert heads(deployed) == before, "F67: a run pushes no branch, so it starts no other"


def test_f66_a_run_that_was_dropped_is_made_good_by_the_next(deployed):
    """F66: of three firings the middle one never ran; what it would have run for is still a fact."""
    deployed.bring(75)
    deployed.bring(80)
    assert "was trained for new-data" in said(deployed)
    assert "nothing to do" in said(deployed)


def test_f67_what_is_committed_for_the_pipeline_is_no_cause(deployed):
    """F67: a commit starts nothing by itself; causes are demand, schedule, data, degradation and drift."""
    deployed.commit("a commit of whoever")
    assert "nothing to do" in said(deployed)


def test_f68_retraining_that_does_not_help_stops_and_asks_a_person(deployed, wants, book):
    """F68: cooldown, budget, and after n runs without effect a no that says so in its record."""
    moved = book.save(record("monitor", 1, outputs=(DRIFT,)))
    wants(cooldown="1h", new_data=False)
    assert "not now: the cooldown of 1h lasts until" in said(deployed)
    wants(budget=1, new_data=False)
    assert "not now: the budget of 1 runs a day is used up" in said(deployed)
    for minutes in (0.03, 0.02, 0.01):
        ref = Ref(kind="trigger", name=f"drift:{minutes}", uri="moved")
        book.save(record("trigger", minutes, cause=(ref,)))
    wants(new_data=False)
    done = json.loads(deployed.call("trigger", "--format", "json", code=1).stdout)
    assert "3 retrainings did not bring the measure back: a person has to look" in done["summary"]
    kept = book.get(done["record"]).record
    assert [ref.name.partition(":")[0] for ref in kept.outputs] == ["new-experiment"]
    assert moved.record.outputs[0].name in [ref.name for ref in kept.cause]
