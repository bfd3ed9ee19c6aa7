"""Registering, finding and fetching: one version per run with its lineage, the same bytes back anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mlflow_fakes import make_context
from msgspec.structs import replace

from mlops_ext import durable
from mlops_ext.contract.data import ColumnRoles, DataRef
from mlops_ext.contract.pipeline import ModelFile, Run, RunPlan, Source, StepRun
from mlops_ext.contract.profile import ColumnProfile, Profile
from mlops_ext.contract.refs import Metric, Ref, Setting
from mlops_ext.errors import CouldNotTellError, SettingsError, UsageError
from mlops_ext.files import sha256_tree
from mlops_ext_mlflow.promotion import promote
from mlops_ext_mlflow.registration import register
from mlops_ext_mlflow.registry import fetch, models
from mlops_ext_mlflow.store.connect import connect
from mlops_ext_mlflow.tracking import tracker

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.models import ModelVersion

LOCK = "joblib==1.5.2 \\\n    --hash=sha256:00\npandas==3.0.6 ; python_version >= '3.11'\n"
TEAM = "class Fixed:\n    def predict(self, frame):\n        return frame['distance'] * 2\n"
PROFILE = Profile(
    model="flight-delay",
    rows=3,
    roles=ColumnRoles(label="late", features=("distance", "carrier")),
    columns=(
        ColumnProfile(name="distance", type="integer", kind="number"),
        ColumnProfile(name="carrier", type="string", kind="category", nulls=1),
        ColumnProfile(name="late", type="boolean", kind="category"),
    ),
)


@pytest.fixture(params=["sqlite", "http"])
def trained(request: pytest.FixtureRequest, project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A context over either store, and a run in it that left a pickle of a class of the team's own."""
    uri = request.getfixturevalue("server") if request.param == "http" else ""
    name = "flight-delay" if not uri else f"flight-delay-{os.urandom(3).hex()}"
    return make_run(project, uri, name)


@pytest.fixture
def local(project: Path) -> Any:
    """The same on SQLite only."""
    return make_run(project, "", "flight-delay")


def make_run(project: Path, uri: str, name: str) -> tuple[Context, Run]:
    """A project with a tracked run that left a model."""
    (project / "src").mkdir()
    (project / "src" / "team.py").write_text(TEAM)
    (project / "tests").mkdir()
    (project / "tests" / "test_team.py").write_text("raise RuntimeError\n")
    (project / "requirements.txt").write_text(LOCK)
    subprocess.run(
        [sys.executable, "-c", "import joblib, team; joblib.dump(team.Fixed(), 'model.joblib')"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": "src"},
        check=True,
    )
    context = make_context(project, uri, models={name: {}})
    return context, execution(context, name, "e1")


def execution(context: Context, name: str, id_: str, **more: Any) -> Run:
    """A finished, tracked run with its model."""
    source = Source(
        kind="workspace", path=str(context.root), id=id_, python=sys.executable, package="sha256:p"
    )
    plan = RunPlan(
        name=id_, source=source, revision="b" * 40, steps=("train",), causes=("drift:a, b", "demand:c")
    )
    followed = tracker.open_tracker(context, plan)
    step = StepRun(name="train", how="ran", outs=(Ref(kind="data", name="model.joblib", digest="md5:77"),))
    run = Run(
        id=followed.run_id,
        name=id_,
        status="finished",
        source=source,
        revision="b" * 40,
        path=str(context.root),
        params=(Setting(name="train.depth", value="3"),),
        metrics=(Metric(name="auc", value=0.7),),
        steps=(step,),
        models=(ModelFile(name=name, path=str(context.root / "model.joblib"), digest="md5:77"),),
        data=(DataRef(name="flights", uri="/data/flights.parquet", digest="md5:aa"),),
    )
    return followed.finish(replace(run, **more))


def count(context: Context, name: str) -> int:
    """How many versions there are."""
    return len(connect(context).client.search_model_versions(f"name = '{name}'"))


def test_a_version_with_its_lineage(trained: tuple[Context, Run]) -> None:
    context, run = trained
    name = run.models[0].name
    version = register.register(context, run, PROFILE)
    assert (version.name, version.run, version.revision, version.package) == (
        f"{name}/1",
        run.id,
        "b" * 40,
        "sha256:p",
    )
    assert version.file_digest == "md5:77"
    assert version.data == (Ref(kind="data", name="flights", digest="md5:aa", uri="/data/flights.parquet"),)
    assert version.params == (Setting(name="train.depth", value="3"),)
    assert version.metrics == (Metric(name="auc", value=0.7),)
    assert version.causes == ("drift:a, b", "demand:c")
    assert version.lock == f"sha256:{hashlib.sha256(LOCK.encode()).hexdigest()}"
    assert version.python == "{}.{}".format(*sys.version_info)
    assert models.find(context, f"{name}/1") == version
    assert models.find(context, name) == version
    assert models.find(context, f"{name}@champion") is None
    assert models.find(context, f"{name}/2") is None


def test_the_same_bytes_come_back_and_predict(trained: tuple[Context, Run]) -> None:
    context, run = trained
    version = register.register(context, run, PROFILE)
    folder = fetch.fetch(context, version.ref())
    assert folder is not None
    assert f"sha256:{sha256_tree(folder)}" == version.digest
    assert (folder / "artifacts" / "model.joblib").read_bytes() == (
        context.root / "model.joblib"
    ).read_bytes()
    assert json.loads((folder / "mlops-ext-model.json").read_text()) == {
        "file": "artifacts/model.joblib",
        "adapter": "adapter.py",
        "path": ["code"],
        "features": [{"name": "distance", "type": "double"}, {"name": "carrier", "type": "string"}],
        "output": None,
    }
    assert not list(folder.rglob("*test*"))
    assert predict(folder, context) == [20.0, 6.0]
    assert predict_by_mlflow(folder, context) == [20.0, 6.0]
    lock = fetch.fetch(context, Ref(kind="lock", name=version.name, digest=version.lock))
    assert lock is not None
    assert lock.read_text() == LOCK
    profile = fetch.fetch(context, Ref(kind="profile", name=version.name))
    assert profile is not None
    assert json.loads(profile.read_text())["rows"] == 3


def predict(folder: Path, context: Context) -> list[float]:
    """By the worker, in another process, as release and the service do."""
    import pyarrow as pa
    from pyarrow import ipc

    data, out = context.root / "in.arrow", context.root / "out.arrow"
    table = pa.table({"distance": [10, 3], "carrier": ["AA", None]})
    with ipc.new_file(str(data), table.schema) as writer:
        writer.write_table(table)
    import mlops_ext.worker

    words = ["predict", "--model", str(folder), "--data", str(data), "--out", str(out)]
    subprocess.run([sys.executable, "-I", mlops_ext.worker.__file__, *words], check=True)
    with ipc.open_file(str(out)) as reader:
        return list(reader.read_all()["prediction"].to_pylist())


def predict_by_mlflow(folder: Path, context: Context) -> list[float]:
    """By MLflow alone, in another process."""
    script = (
        "import sys, json, mlflow.pyfunc, pandas\n"
        f"m = mlflow.pyfunc.load_model({str(folder)!r})\n"
        "frame = pandas.DataFrame({'distance': [10.0, 3.0], 'carrier': ['AA', None]})\n"
        "print(json.dumps([float(value) for value in m.predict(frame)]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=context.root)
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_a_run_is_registered_once(local: tuple[Context, Run]) -> None:
    context, run = local
    first = register.register(context, run, PROFILE)
    assert register.register(context, run, PROFILE) == first
    again = execution(context, "flight-delay", "e1")
    assert register.register(context, again, PROFILE) == first
    assert count(context, "flight-delay") == 1
    other = register.register(context, execution(context, "flight-delay", "e2"), PROFILE)
    assert other.version == 2
    assert models.find(context, "flight-delay") == other


def test_killed_at_every_store_call_and_called_again(
    local: tuple[Context, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, _ = local
    stopped = 0
    for nth in range(100):
        name = f"m{nth}"
        own = make_context(context.root, models={name: {}})
        run = execution(own, name, f"e{nth}")
        with monkeypatch.context() as patch:
            patch.setattr(durable, "step", killing_at(nth))
            try:
                register.register(own, run, PROFILE)
            except KeyboardInterrupt:
                stopped += 1
            else:
                break
        version = register.register(own, run, PROFILE)
        assert (version.version, count(own, name)) == (1, 1)
        assert fetch.fetch(own, version.ref()) is not None
    assert stopped >= 6


def killing_at(nth: int) -> Any:
    """A durable step that ends the process before the n-th store call."""
    step = durable.step
    done: list[str] = []

    def killing(kind: str, act: Any, *args: Any, **kwargs: Any) -> Any:
        if kind == "store":
            if len(done) == nth:
                raise KeyboardInterrupt
            done.append(kind)
        return step(kind, act, *args, **kwargs)

    return killing


def test_a_lost_answer_registers_once(local: tuple[Context, Run], monkeypatch: pytest.MonkeyPatch) -> None:
    context, run = local
    client = connect(context).client
    create, made = client.create_model_version, []

    def lose_the_answer(*args: Any, **kwargs: Any) -> Any:
        made.append(create(*args, **kwargs))
        raise ConnectionError("reset by peer")

    monkeypatch.setattr(client, "create_model_version", lose_the_answer)
    assert register.register(context, run, PROFILE).version == 1
    assert (len(made), count(context, "flight-delay")) == (1, 1)


def test_changed_and_missing_bytes_are_told(local: tuple[Context, Run]) -> None:
    context, run = local
    version = register.register(context, run, PROFILE)
    cached = fetch.fetch(context, version.ref())
    assert cached is not None
    (cached / "adapter.py").write_text("# changed in the cache")
    again = fetch.fetch(context, version.ref())
    assert again is not None
    assert f"sha256:{sha256_tree(again)}" == version.digest
    (cached / "adapter.py").write_text("# changed in the cache")
    stored = next(path for path in (context.root / "mlartifacts").rglob("model.joblib"))
    stored.write_bytes(b"other")
    with pytest.raises(CouldNotTellError, match="not those that were registered"):
        fetch.fetch(context, version.ref())
    for file in sorted(stored.parent.parent.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    with pytest.raises(CouldNotTellError):
        fetch.fetch(context, version.ref())


def test_the_alias_is_read_from_its_log(trained: tuple[Context, Run]) -> None:
    context, run = trained
    name = run.models[0].name
    version = register.register(context, run, PROFILE)
    made = promote.promote(context, version, "champion", 0, "gate")
    found = models.find(context, f"{name}@champion")
    assert found == replace(version, promotion=made)
    assert models.find(context, f"{name}@champion~1") is None
    second = register.register(context, execution(context, name, "e2"), PROFILE)
    promote.promote(context, second, "champion", made.number, "gate-2")
    assert models.find(context, f"{name}@champion~1") == found


def test_a_champion_whose_version_is_gone_is_never_a_first_release(local: tuple[Context, Run]) -> None:
    context, run = local
    version = register.register(context, run, PROFILE)
    promote.promote(context, version, "champion", 0, "gate")
    connect(context).client.delete_model_version("flight-delay", "1")
    with pytest.raises(CouldNotTellError, match="alias missing"):
        models.find(context, "flight-delay@champion")


def test_an_alias_without_a_log_is_the_teams_champion(local: tuple[Context, Run]) -> None:
    context, run = local
    version = register.register(context, run, PROFILE)
    connect(context).client.set_registered_model_alias("flight-delay", "champion", "1")
    assert models.find(context, "flight-delay@champion") == version


def test_ten_comes_after_nine(local: tuple[Context, Run]) -> None:
    context, run = local
    client = connect(context).client
    client.create_registered_model("flight-delay")
    for _ in range(9):
        client.create_model_version("flight-delay", source="s3://bucket/model")
    assert register.register(context, run, PROFILE).version == 10
    found = models.find(context, "flight-delay")
    assert found is not None
    assert found.version == 10


def test_a_long_lineage_is_kept_whole(local: tuple[Context, Run]) -> None:
    context, _ = local
    params = tuple(Setting(name=f"group.{index}", value="x" * 40) for index in range(200))
    run = execution(context, "flight-delay", "long", params=params)
    version = register.register(context, run, PROFILE)
    assert {param.value for param in version.params} == {"x" * 40}
    assert len(version.params) == 200
    assert version.metrics == (Metric(name="auc", value=0.7),)


def test_a_model_that_the_team_logged_is_not_logged_twice(
    trained: tuple[Context, Run], tmp_path: Path
) -> None:
    context, run = trained
    name = run.models[0].name
    store = connect(context)
    logged = store.client.create_logged_model(store.client.get_run(run.id).info.experiment_id, name="mine")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "MLmodel").write_text("flavors: {}\n")
    store.client.log_model_artifacts(logged.model_id, str(tmp_path / "theirs"))
    store.client.finalize_logged_model(logged.model_id, "READY")
    file = replace(run.models[0], logged=f"models:/{logged.model_id}")
    version = register.register(context, replace(run, models=(file,)), PROFILE)
    assert version.digest == f"sha256:{sha256_tree(tmp_path / 'theirs')}"
    folder = fetch.fetch(context, version.ref())
    assert folder is not None
    assert [path.name for path in folder.iterdir()] == ["MLmodel"]
    lock = fetch.fetch(context, Ref(kind="lock", name=version.name, digest=version.lock))
    assert lock is not None
    assert lock.read_text() == LOCK
    assert register.register(context, replace(run, models=(file,)), PROFILE) == version
    assert count(context, name) == 1


def test_a_version_that_the_teams_script_registered_gets_the_lineage(
    local: tuple[Context, Run], tmp_path: Path
) -> None:
    context, run = local
    script = (
        "import mlflow\n"
        "class P(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input: list[str], params=None) -> list[str]:\n"
        "        return model_input\n"
        "with mlflow.start_run():\n"
        "    mlflow.pyfunc.log_model(name='x', python_model=P(), pip_requirements=['numpy'],\n"
        "        registered_model_name='flight-delay')"
    )
    plan = RunPlan(
        name="e9", source=Source(kind="workspace", path="/x", id="e9"), revision="", steps=("train",)
    )
    followed = tracker.open_tracker(context, plan)
    env = {**os.environ, **{k: v for k, v in followed.variables("train").items() if v}}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path, env=env, capture_output=True)
    connect(context).client.update_model_version("flight-delay", "1", "the team's own words")
    unregistered = models.find(context, "flight-delay/1")
    assert unregistered is not None
    assert unregistered.data == ()
    done = followed.finish(replace(run, id=followed.run_id, source=plan.source))
    assert done.models[0].logged
    version = register.register(context, done, PROFILE)
    assert (version.version, version.data[0].name, version.run) == (1, "flights", done.id)
    assert version.digest == unregistered.digest
    assert (
        connect(context).client.get_model_version("flight-delay", "1").description == "the team's own words"
    )
    assert register.register(context, done, PROFILE) == version


def test_a_plain_version_of_the_team_is_told_as_far_as_it_goes(
    local: tuple[Context, Run], tmp_path: Path
) -> None:
    context, _ = local
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "MLmodel").write_text("flavors: {}\n")
    client = connect(context).client
    client.create_registered_model("plain")
    client.create_model_version("plain", source=str(tmp_path / "plain"))
    found: ModelVersion | None = models.find(context, "plain")
    assert found is not None
    assert found.digest == f"sha256:{sha256_tree(tmp_path / 'plain')}"
    assert models.find(context, "plain") == found
    with pytest.raises(CouldNotTellError, match="no lock is kept"):
        fetch.fetch(context, Ref(kind="lock", name="plain/1"))
    client.create_model_version("plain", source=str(tmp_path / "absent"))
    with pytest.raises(CouldNotTellError, match="are not where the registry says"):
        models.find(context, "plain/2")


def test_what_is_no_model_or_not_ours(local: tuple[Context, Run]) -> None:
    context, run = local
    assert fetch.fetch(context, Ref(kind="data", name="flights")) is None
    with pytest.raises(UsageError):
        models.find(context, "a/b/c")
    with pytest.raises(SettingsError):
        register.register(context, replace(run, models=()), None)
    with pytest.raises(CouldNotTellError, match="is not registered"):
        fetch.fetch(context, Ref(kind="model-version", name="flight-delay/7"))
