"""One run tree for each kind of script and of stage: nothing twice, nothing lost."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

TWO = """
stages:
  prepare:
    cmd: echo 1 > clean.txt
    outs: [clean.txt]
  train:
    cmd: python train.py
    deps: [clean.txt, train.py]
    outs: [model.txt]
"""
WRITE = "\nopen('model.txt', 'w').write('x')\n"
FITS = """
from sklearn.linear_model import LogisticRegression
import numpy as np
X = np.arange(40.0).reshape(20, 2)
LogisticRegression().fit(X, [0, 1] * 10)
"""
PYFUNC = """
import mlflow
class P(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[str], params=None) -> list[str]:
        return model_input
with mlflow.start_run(run_name='mine'):
    mlflow.log_metric('auc', 0.5)
    mlflow.pyfunc.log_model(
        name='m', python_model=P(), pip_requirements=['numpy'], registered_model_name='theirs')
"""
LOW = """
from mlflow import MlflowClient
c = MlflowClient()
e = c.create_experiment('low') if not c.get_experiment_by_name('low') else '0'
"""
# What the script does, and what is below the run of its step: names, nested.
SCRIPTS: dict[str, tuple[str, Any]] = {
    "no MLflow at all": ("", {}),
    "start_run, log_model, registers": (PYFUNC, {"mine": {}}),
    "set_experiment": (
        "import mlflow\nmlflow.set_experiment('x')\nwith mlflow.start_run(run_name='a'): pass",
        {"a": {}},
    ),
    "two runs with nested ones": (
        "import mlflow\nfor i in 'ab':\n    with mlflow.start_run(run_name=i):\n"
        "        with mlflow.start_run(nested=True, run_name=i + '1'): pass",
        {"a": {"a1": {}}, "b": {"b1": {}}},
    ),
    "no run is started, only logged": ("import mlflow\nmlflow.log_metric('auc', 1)", 1),
    "autolog": (f"import mlflow\nmlflow.autolog(log_models=False){FITS}", 1),
    "low-level client": (
        f"{LOW}r = c.create_run(e, run_name='low')\nc.set_terminated(r.info.run_id)",
        {"low": {}},
    ),
    "low-level client, nested": (
        f"{LOW}r = c.create_run(e, run_name='low')\n"
        "n = c.create_run(e, run_name='deep', tags={'mlflow.parentRunId': r.info.run_id})\n"
        "[c.set_terminated(x.info.run_id) for x in (r, n)]",
        {"low": {"deep": {}}},
    ),
    "low-level run, gone on with by start_run(run_id)": (
        f"{LOW}import mlflow\nr = c.create_run(e, run_name='low')\n"
        "with mlflow.start_run(run_id=r.info.run_id): mlflow.log_metric('auc', 1)",
        {"low": {}},
    ),
    "a run that is never ended": (
        "import mlflow, os\nmlflow.start_run(run_name='open')" + WRITE + "os._exit(0)",
        {"open": {}},
    ),
    "a parent that the script names": (
        f"{LOW}import mlflow\nr = c.create_run(e, run_name='low').info.run_id\n"
        "with mlflow.start_run(run_name='child', parent_run_id=r): pass\nc.set_terminated(r)",
        {"low": {"child": {}}},
    ),
    "our store by a URI in the code": (
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///mlflow.db')\n"
        "with mlflow.start_run(run_name='near'): pass",
        {"near": {}},
    ),
    "processes of a pool": (
        "from pool import work\nfrom multiprocessing import get_context\nif __name__ == '__main__':\n"
        "    with get_context('spawn').Pool(2) as pool: pool.map(work, ['p0', 'p1'])",
        {"p0": {}, "p1": {}},
    ),
    "starts Python again": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', "
        "'import mlflow; mlflow.start_run(run_name=\"inner\")'], check=True)",
        {"inner": {}},
    ),
}


POOL = """
def work(name):
    import mlflow
    with mlflow.start_run(run_name=name): pass
"""


def train(small: Any, script: str, pipeline: str = TWO) -> None:
    small.write({"dvc.yaml": pipeline, "train.py": script + WRITE, "pool.py": POOL})


# Ways that a way beside them takes too; `make stress` has them all.
ALIKE = (
    "low-level client, nested",
    "a parent that the script names",
    "our store by a URI in the code",
    "no run is started, only logged",
    "starts Python again",
)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.stress) if kind in ALIKE else kind for kind in SCRIPTS]
)
def test_the_runs_of_a_script_are_below_its_step(small: Any, kind: str) -> None:
    script, expected = SCRIPTS[kind]
    train(small, script)

    said = small.call("develop").stdout

    (tree,) = small.tree()
    below = tree.pop("train")
    assert tree == {"prepare": {}}
    assert (len(below) if isinstance(expected, int) else below) == expected
    runs = small.runs().values()
    assert not [run.info.run_name for run in runs if run.info.status == "RUNNING"]
    assert "logged elsewhere" not in said
    again = small.call("develop").stdout
    assert "0 of 2 steps ran" in again
    assert len(small.tree()) == 2
    assert {"prepare": {}, "train": {}} in small.tree()


def test_a_model_that_the_script_registered_is_not_registered_twice(small: Any) -> None:
    train(small, PYFUNC)

    small.call("develop")

    client = small.client()
    versions = client.search_model_versions("name = 'theirs'")
    (mine,) = [run for run in small.runs().values() if run.info.run_name == "mine"]
    assert [version.run_id for version in versions] == [mine.info.run_id]
    assert [model.name for model in client.search_registered_models()] == ["theirs"]
    assert mine.data.metrics == {"auc": 0.5}


def test_a_store_elsewhere_is_said(small: Any) -> None:
    shutil.copy(small.project / "mlflow.db", small.project / "other.db")
    train(
        small,
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///other.db')\nmlflow.start_run(run_name='far')",
    )

    said = " ".join(small.call("develop").stdout.split())

    assert "step train uses MLflow, but left no run in" in said
    assert "logged elsewhere" in said
    assert small.tree() == [{"prepare": {}, "train": {}}]
    assert [run.info.run_name for run in small.runs("other.db").values()] == ["far"]


def test_a_run_around_us_is_our_parent_and_not_the_scripts(small: Any) -> None:
    outer = small.client().create_run("0", run_name="outer").info.run_id
    train(small, "import mlflow\nwith mlflow.start_run(run_name='mine'): pass")

    small.call("develop", MLFLOW_RUN_ID=outer)

    ((name, ours),) = small.tree()[0].items()
    assert name.startswith("develop-")
    assert ours == {"prepare": {}, "train": {"mine": {}}}
    assert small.runs()[outer].info.status == "RUNNING"


def test_a_context_of_the_team_is_kept_and_its_parent_is_ours(small: Any) -> None:
    outer = small.client().create_run("0", run_name="outer").info.run_id
    train(small, "import mlflow\nwith mlflow.start_run(run_name='mine'): pass")

    small.call("develop", MLFLOW_RUN_CONTEXT=f'{{"team": "blue", "mlflow.parentRunId": "{outer}"}}')

    ((_, ours),) = small.tree()[0].items()
    assert ours == {"prepare": {}, "train": {"mine": {}}}
    (mine,) = [run for run in small.runs().values() if run.info.run_name == "mine"]
    assert mine.data.tags["team"] == "blue"


def test_a_run_that_is_handed_from_step_to_step_stays_where_it_began(small: Any) -> None:
    first = (
        "import mlflow\nwith mlflow.start_run(run_name='mine') as run: open('id', 'w').write(run.info.run_id)"
    )
    then = "import mlflow\nwith mlflow.start_run(run_id=open('id').read()): mlflow.log_metric('auc', 1)"
    pipeline = TWO.replace("echo 1 > clean.txt", "python first.py && echo 1 > clean.txt")
    small.write({"first.py": first})
    train(small, then, pipeline)

    said = small.call("develop").stdout

    assert small.tree() == [{"prepare": {"mine": {}}, "train": {}}]
    assert "logged elsewhere" not in said


def test_a_sweep_has_a_tree_for_each_combination(small: Any) -> None:
    script = "import mlflow\nwith mlflow.start_run(run_name='mine'): pass"
    small.write({"params.yaml": "n: 1\n"})
    train(small, script, TWO.replace("    outs: [model.txt]", "    params: [n]\n    outs: [model.txt]"))
    small.run("git", "add", "-A")
    small.run("git", "commit", "-qm", "stages")

    small.call("develop", "--set", "n=2,3")

    assert small.tree() == [{"prepare": {}, "train": {"mine": {}}}] * 2
    asked = {run.data.params.get("n") for run in small.runs().values() if run.info.run_name == "train"}
    assert asked == {"2", "3"}
