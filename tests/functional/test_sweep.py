"""Sweeps: all combinations, the table, what fails, and what Ctrl-C leaves."""

from __future__ import annotations

import json
import signal

import mlflow
import pytest
from calling import appears, running

GRID = ("develop", "--set", "train.strength=0.01,1")
FAILS = """import sys
from pathlib import Path

if "strength: 13" in Path("params.yaml").read_text():
    sys.exit("thirteen")
if "strength: 77" in Path("params.yaml").read_text():
    Path({started!r}).touch()
    import time

    time.sleep(100)
"""


@pytest.fixture
def started(tmp_path):
    """What the long training makes; outside of the folders that DVC makes and removes meanwhile."""
    return tmp_path / "started"


@pytest.fixture
def picky(tiny, started):
    """A training that fails for one value and takes long for another."""
    train = tiny.root / "src" / "train.py"
    train.write_text(FAILS.format(started=str(started)) + train.read_text())
    tiny.commit("picky")
    return tiny


def test_all_combinations_with_the_best_first(tiny):
    done = tiny.call(*GRID, "--set", "prepare.test_days=10,15", "--format", "json", "--html")
    found = json.loads(done.stdout)
    sweep = found["sweep"]
    assert [len(sweep["trials"]), sweep["metric"], sweep["order"]] == [4, "auc", "highest first"]
    values = [{one["name"]: one["value"] for one in trial["metrics"]}["auc"] for trial in sweep["trials"]]
    assert values == sorted(values, reverse=True)
    assert len({trial["run"] for trial in sweep["trials"]}) == 4
    assert tiny.git("status", "--porcelain") == ""
    page = (tiny.root / ".mlops-ext" / "develop.html").read_text()
    assert page.count('role="img"') == 2
    assert "auc of 4 trials lies between" in page
    records = {trial["record"] for trial in sweep["trials"]}
    assert len(records) == 4
    _runs_of_one_name(tiny, sweep)


def _runs_of_one_name(tiny, sweep):
    """The runs are grouped: by the name before their number."""
    client = mlflow.MlflowClient(f"sqlite:///{_store(tiny)}")
    names = {client.get_run(trial["run"].rpartition("/")[2]).info.run_name for trial in sweep["trials"]}
    assert names == {f"{sweep['name']}-{number}" for number in range(1, 5)}


def _store(tiny):
    return next(tiny.root.glob("**/*.db"))


def test_a_trial_that_fails_does_not_end_the_sweep(picky):
    done = picky.call("develop", "--set", "train.strength=13,1,0.1", code=1)
    assert "2 of 3 trials finished, best auc" in done.stdout
    assert "failed  13" in done.stdout
    found = json.loads(
        picky.call("develop", "--set", "train.strength=13,1", "--format", "json", code=1).stdout
    )
    assert [trial["status"] for trial in found["sweep"]["trials"]] == ["finished", "failed"]
    assert found["sweep"]["trials"][1]["why"] == "step train ended with exit code 1"


def test_a_parameter_that_is_not_there_is_the_worst_of_all(tiny):
    done = tiny.call("develop", "--set", "train.nothing=1,2", "--format", "json", code=2)
    assert {trial["status"] for trial in json.loads(done.stdout)["sweep"]["trials"]} == {"error"}


def test_a_list_is_one_value(tiny):
    tiny.edit("params.yaml", "train:", "  channels: [a]\ntrain:")
    tiny.commit("list")
    found = json.loads(tiny.call("develop", "--set", "prepare.channels=[x,y]", "--format", "json").stdout)
    assert found["sweep"] is None


def test_sort_takes_another_metric(tiny):
    found = json.loads(tiny.call(*GRID, "--sort", "log_loss", "--format", "json").stdout)["sweep"]
    values = [
        {one["name"]: one["value"] for one in trial["metrics"]}["log_loss"] for trial in found["trials"]
    ]
    assert (found["order"], values) == ("lowest first", sorted(values))


def test_the_best_is_compared_with_a_revision(tiny):
    found = json.loads(tiny.call(*GRID, "--compare", "HEAD", "--format", "json").stdout)
    assert found["comparison"]["after"].startswith("experiment ")
    (kept,) = tiny.root.glob(f".mlops-ext/records/*/{found['record']}.json")
    assert json.loads(kept.read_bytes())["predicate"]["comparison"]["after"] == found["comparison"]["after"]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_shows_and_keeps_what_was_done(picky, started, sign):
    words = ("develop", "--set", "train.strength=0.1,77,1", "--format", "json")
    with running(picky.root, *words, **picky.env) as command:
        appears(started, command)
        command.send_signal(sign)
        out, err = command.communicate(timeout=30)
    assert (command.returncode, "interrupted" in err) == (130, True)
    found = json.loads(out)
    assert [trial["status"] for trial in found["sweep"]["trials"]] == [
        "finished",
        "interrupted",
        "not-started",
    ]
    assert (picky.root / ".mlops-ext" / "records").exists()
    assert found["record"]
    assert len(found["sweep"]["trials"][0]["record"]) == 64
