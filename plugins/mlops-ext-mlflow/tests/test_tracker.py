"""One run tree around an execution, whatever the team's scripts do with MLflow themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mlflow_fakes import make_context

from mlops_ext import durable
from mlops_ext.contract.pipeline import ModelFile, Run, RunPlan, Source, StepRun
from mlops_ext.contract.refs import Metric, Ref, Setting
from mlops_ext.errors import CouldNotTellError
from mlops_ext_mlflow.store.connect import connect
from mlops_ext_mlflow.tracking import stale, tracker

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

STEPS = ("prepare", "fe@a", "train")
MODEL = "mlflow.pyfunc.log_model(name='m', python_model=P(), pip_requirements=['numpy'])"
HEAD = """
import mlflow, sys
class P(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str], params=None) -> list[str]:
        return model_input
"""
SCRIPTS = {
    "start_run": (
        f"{HEAD}\nwith mlflow.start_run(run_name='mine'):\n    mlflow.log_param('depth', 3)\n    {MODEL}"
    ),
    "set_experiment": (
        "import mlflow\nmlflow.set_experiment('x')\nwith mlflow.start_run(): mlflow.log_metric('loss', 1)"
    ),
    "loop": (
        "import mlflow\nfor i in range(2):\n    with mlflow.start_run():\n"
        "        with mlflow.start_run(nested=True): mlflow.log_metric('loss', i)"
    ),
    "low level": (
        "from mlflow import MlflowClient\nc = MlflowClient()\n"
        "r = c.create_run(c.get_experiment_by_name('flights').experiment_id)\nc.set_terminated(r.info.run_id)"
    ),
    "killed": "import mlflow, os\nmlflow.start_run()\nos.kill(os.getpid(), 9)",
}


def plan(**source: Any) -> RunPlan:
    """What is about to run."""
    return RunPlan(
        name="develop-1",
        source=Source(**{"kind": "workspace", "path": "/x", "id": "e1"} | source),
        revision="a" * 40,
        steps=STEPS,
        params=(),
        causes=("demand:1", "drift, really"),
    )


def step(name: str, how: str = "ran", out: str = "1", **more: Any) -> StepRun:
    """What became of a step."""
    outs = (Ref(kind="data", name=f"out/{name}", digest=f"md5:{out}"),)
    return StepRun(name=name, how=how, exit_code=0 if how == "ran" else None, outs=outs, **more)


def run_of(followed: tracker.MlflowTracker, *steps: StepRun, status: str = "finished", **more: Any) -> Run:
    """The run as an orchestrator hands it back."""
    source = Source(kind="workspace", path="/x", id="e1")
    return Run(id=followed.run_id, name="develop-1", status=status, source=source, steps=steps, **more)


def execute(script: str, variables: dict[str, str], folder: Path) -> tuple[str, float]:
    """Run a team's script as the stage shell does; when it started and how long it took."""
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("MLFLOW")}
    env |= {name: value for name, value in variables.items() if value}
    began = time.time()
    finished = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, env=env, capture_output=True, text=True
    )
    assert finished.returncode in (0, -9), finished.stderr[-2000:]
    return datetime.fromtimestamp(began, UTC).isoformat(), time.time() - began


def all_runs(context: Context) -> dict[str, Any]:
    """Every run in the store by its id."""
    store = connect(context)
    ids = [experiment.experiment_id for experiment in store.client.search_experiments()]
    return {run.info.run_id: run for run in store.client.search_runs(ids)}


def test_parent_and_children_are_there_before_the_steps(context: Context) -> None:
    followed = tracker.open_tracker(context, plan())
    runs = all_runs(context)
    parent = runs.pop(followed.run_id)
    assert {run.data.tags["mlops.step"] for run in runs.values()} == set(STEPS)
    assert {run.data.tags["mlflow.parentRunId"] for run in runs.values()} == {followed.run_id}
    assert parent.data.tags["mlflow.source.git.commit"] == "a" * 40
    assert {run.info.status for run in (parent, *runs.values())} == {"RUNNING"}


def test_variables_never_name_a_run_or_an_experiments_id(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_RUN_CONTEXT", '{"team": "blue"}')
    variables = tracker.open_tracker(context, plan()).variables("train")
    assert variables["MLFLOW_RUN_ID"] == ""
    assert variables["MLFLOW_EXPERIMENT_ID"] == ""
    assert variables["MLFLOW_EXPERIMENT_NAME"] == "flights"
    assert '"team": "blue"' in variables["MLFLOW_RUN_CONTEXT"]
    assert variables["MLFLOW_TRACKING_URI"] == f"sqlite:///{context.root / 'mlflow.db'}"


def test_finish_writes_hashes_params_and_closes_all(context: Context) -> None:
    followed = tracker.open_tracker(context, plan())
    metrics = (
        Metric(name="auc", value=0.7),
        Metric(name="loss", value=None, why="NaN"),
        Metric(name="a@b", value=1),
    )
    done = followed.finish(
        run_of(
            followed,
            step(
                "prepare",
                environment="sha256:e",
                params=(Setting(name="params.yaml:n", value="3"),),
                seconds=1.5,
            ),
            step("fe@a", "unchanged"),
            step("train"),
            metrics=metrics,
            params=(Setting(name="train.depth", value="4"),),
        )
    )
    runs = all_runs(context)
    parent, first = runs[done.id], runs[done.steps[0].run]
    assert {run.info.status for run in runs.values()} == {"FINISHED"}
    assert parent.data.metrics == {"auc": 0.7, "a_b": 1}
    assert parent.data.params == {"train.depth": "4"}
    assert first.data.params == {"params.yaml_n": "3"}
    assert first.data.tags["mlops.how"] == "ran"
    assert first.data.tags["mlops.env"] == "sha256:e"
    assert first.data.metrics == {"seconds": 1.5}
    assert done.steps[1].made_by == ""
    assert runs[done.steps[1].run].data.tags["mlops.made_by"] == "unknown"
    path = connect(context).client.download_artifacts(done.steps[0].run, "step.json")
    assert '"out/prepare"' in Path(path).read_text()


def test_skipped_steps_point_at_the_run_that_made_their_outputs(context: Context) -> None:
    followed = tracker.open_tracker(context, plan())
    first = followed.finish(run_of(followed, *(step(name) for name in STEPS)))
    followed = tracker.open_tracker(context, plan(id="e2"))
    steps = (step("prepare", "unchanged"), step("fe@a", "run-cache"), step("train", "unchanged", out="2"))
    second = followed.finish(run_of(followed, *steps))
    assert [one.made_by for one in second.steps] == [first.steps[0].run, first.steps[1].run, ""]


def test_a_failed_run_and_what_it_did_not_reach(context: Context) -> None:
    followed = tracker.open_tracker(context, plan())
    steps = (
        step("prepare"),
        StepRun(name="fe@a", how="failed", exit_code=7),
        StepRun(name="train", how="not-reached"),
    )
    done = followed.finish(run_of(followed, *steps, status="failed"))
    runs = all_runs(context)
    assert [runs[one.run].info.status for one in done.steps] == ["FINISHED", "FAILED", "KILLED"]
    assert runs[done.id].info.status == "FAILED"
    assert runs[done.steps[1].run].data.tags["mlops.exit"] == "7"


def test_a_killed_run_is_closed_as_killed(context: Context) -> None:
    followed = tracker.open_tracker(context, plan())
    followed.finish(run_of(followed, status="killed"))
    assert {run.info.status for run in all_runs(context).values()} == {"KILLED"}


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_scripts_that_call_mlflow_end_as_one_tree(context: Context, tmp_path: Path, script: str) -> None:
    followed = tracker.open_tracker(context, plan())
    started, seconds = execute(SCRIPTS[script], dict(followed.variables("train")), tmp_path)
    steps = (step("prepare"), step("fe@a"), step("train", started=started, seconds=seconds))
    done = followed.finish(
        run_of(followed, *steps, models=(ModelFile(name="m", path="/x/out/train", digest="md5:1"),))
    )
    runs = all_runs(context)
    below = {
        id_: run for id_, run in runs.items() if id_ != done.id and id_ not in {one.run for one in done.steps}
    }
    assert len(below) == {"loop": 4}.get(script, 1)
    for run in below.values():
        above = run
        while above.info.run_id != done.steps[2].run:
            above = runs[above.data.tags["mlflow.parentRunId"]]
        assert run.data.tags["mlops.step"] == "train"
        assert run.info.status == ("KILLED" if script == "killed" else "FINISHED")
    assert runs[done.steps[2].run].info.run_name == "train"
    assert bool(done.models[0].logged) == (script == "start_run")


def test_a_model_that_was_logged_is_found_again_when_its_step_did_not_run(
    context: Context, tmp_path: Path
) -> None:
    followed = tracker.open_tracker(context, plan())
    started, seconds = execute(SCRIPTS["start_run"], dict(followed.variables("train")), tmp_path)
    first = followed.finish(run_of(followed, step("train", started=started, seconds=seconds), models=()))
    assert first.models == ()
    file = ModelFile(name="other", path=str(tmp_path / "out" / "train"), digest="md5:1")
    followed = tracker.open_tracker(context, plan(id="e2"))
    second = followed.finish(run_of(followed, step("train", "unchanged"), models=(file,)))
    assert second.models[0].logged.startswith("models:/m-")
    named = make_context(context.root, models={"m": {}})
    followed = tracker.open_tracker(named, plan(id="e3"))
    third = followed.finish(run_of(followed, step("train", "unchanged")))
    assert [(model.name, model.logged) for model in third.models] == [("m", second.models[0].logged)]


def test_a_dead_execution_is_closed_by_the_next(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale, "this_process", lambda: f"{os.uname().nodename} 999999 gone/1")
    dead = tracker.open_tracker(context, plan(id="dead"))
    monkeypatch.undo()
    alive = tracker.open_tracker(context, plan(id="alive"))
    statuses = {id_: run.info.status for id_, run in all_runs(context).items()}
    assert statuses[dead.run_id] == "KILLED"
    again = tracker.open_tracker(context, plan(id="alive"))
    statuses = {id_: run.info.status for id_, run in all_runs(context).items()}
    assert (statuses[alive.run_id], statuses[again.run_id]) == ("KILLED", "RUNNING")
    assert sum(status == "RUNNING" for status in statuses.values()) == 1 + len(STEPS)


def test_another_machines_runs_are_left_alone(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale, "this_process", lambda: "elsewhere 1 boot/1")
    other = tracker.open_tracker(context, plan(id="other"))
    monkeypatch.undo()
    tracker.open_tracker(context, plan(id="mine"))
    assert all_runs(context)[other.run_id].info.status == "RUNNING"


def test_over_http(server: str, tmp_path: Path) -> None:
    context = make_context(tmp_path, server)
    followed = tracker.open_tracker(context, plan(id="http"))
    started, seconds = execute(SCRIPTS["loop"], dict(followed.variables("train")), tmp_path)
    done = followed.finish(
        run_of(
            followed,
            step("train", started=started, seconds=seconds),
            metrics=(Metric(name="auc", value=0.5),),
        )
    )
    experiment = connect(context).client.get_run(done.id).info.experiment_id
    assert done.uri == f"{server}/#/experiments/{experiment}/runs/{done.id}"
    below = [
        run for run in all_runs(context).values() if run.data.tags.get("mlops.step_run") == done.steps[0].run
    ]
    assert len(below) == 4


def test_what_ended_the_run_is_told_before_a_store_that_is_gone(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    context = make_context(context.root, said=said)
    followed = tracker.open_tracker(context, plan())

    def refuse(kind: str, act: object, *args: object, **kwargs: object) -> object:
        raise CouldNotTellError("the store is gone")

    monkeypatch.setattr(durable, "step", refuse)
    killed = run_of(followed, status="killed")
    assert followed.finish(killed) == killed
    assert "the store is gone" in said[-1]
    with pytest.raises(CouldNotTellError, match="the store is gone"):
        followed.finish(run_of(followed, step("train")))


def test_an_outer_run_becomes_the_parent(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = connect(context).client.create_run("0").info.run_id
    monkeypatch.setenv("MLFLOW_RUN_ID", outer)
    followed = tracker.open_tracker(context, plan())
    assert all_runs(context)[followed.run_id].data.tags["mlflow.parentRunId"] == outer
