"""The same project as other teams write it: with MLflow calls of their own, and below the Git root."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness.state import client
from projects.make import Tiny, ended, make, run_once
from projects.variants import CALLS_MLFLOW


@pytest.fixture
def calls_mlflow(tmp_path) -> Iterator[Tiny]:
    """A project whose training script starts a run in an experiment of its own."""
    with ended(make(tmp_path, files=CALLS_MLFLOW)) as tiny:
        yield tiny


def test_a_script_that_calls_mlflow_itself_ends_as_one_run_tree(calls_mlflow):
    calls_mlflow.call("develop")
    store = client(calls_mlflow)
    ids = [one.experiment_id for one in store.search_experiments() if not one.name.endswith("/records")]
    runs = {run.info.run_id: run for run in store.search_runs(ids)}
    parents = {name: run.data.tags.get("mlflow.parentRunId", "") for name, run in runs.items()}
    roots = [name for name, parent in parents.items() if not parent]
    assert len(roots) == 1
    theirs = next(run for run in runs.values() if run.info.run_name == "by the script")
    step = runs[parents[theirs.info.run_id]]
    assert step.info.run_name == "train"
    assert parents[step.info.run_id] == roots[0]
    assert theirs.data.metrics["rows"] == 45 * 14
    assert {run.info.run_name for run in runs.values() if parents[run.info.run_id] == roots[0]} == {
        "prepare",
        "train",
        "evaluate",
    }
    assert {run.info.status for run in runs.values()} == {"FINISHED"}


def test_a_script_that_calls_nothing_is_tracked_all_the_same(tiny):
    """The scripts hold no MLflow call and no import of ours; develop makes the tree for them."""
    scripts = "".join(path.read_text() for path in (tiny.root / "src").glob("*.py"))
    assert "mlflow" not in scripts
    assert "mlops" not in scripts
    tiny.call("develop")
    store = client(tiny)
    ids = [one.experiment_id for one in store.search_experiments() if not one.name.endswith("/records")]
    names = sorted(
        run.info.run_name for run in store.search_runs(ids) if "mlflow.parentRunId" in run.data.tags
    )
    assert names == ["evaluate", "prepare", "train"]


def test_a_project_in_a_folder_of_its_repository(tmp_path):
    with ended(make(tmp_path, sub="teams/visits")) as tiny:
        run_once(tiny)
        told = tiny.call("integrate", cwd=tmp_path / "visits", code=2)
        assert "no settings here or in a folder above" in told.stderr
        told = tiny.call("integrate", "--project", "teams/visits", cwd=tmp_path / "visits")
        assert "package" in told.stdout
        (tiny.root / "data" / "visits.parquet").unlink()
        (tiny.root / "data" / "visits.parquet").write_bytes(b"PAR1")
        told = tiny.call("integrate", code=3)
        assert "teams/visits/data/visits.parquet" in told.stdout, "paths are relative to the Git root"


def test_integrate_twice_is_answered_from_the_record(tiny):
    first = tiny.call("integrate").stdout
    assert "answered from a record" not in first
    second = tiny.call("integrate").stdout
    assert "answered from a record" in second
    tiny.edit("params.yaml", "test_days: 15", "test_days: 16")
    assert "answered from a record" not in tiny.call("integrate", code=1).stdout
