from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dvc_run_desk import Tracker, make_context
from dvc_run_repo import sh, write

from mlops_ext.contract.data import DataRef
from mlops_ext.contract.pipeline import Maker, Source
from mlops_ext.contract.refs import Setting
from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext_dvc import hooks

MODEL = {"late": {}}
DATA = {"raw": {"path": "data/raw.csv", "columns": {"label": "late"}}}


def md5(path):
    return f"md5:{hashlib.md5(Path(path).read_bytes()).hexdigest()}"


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


def run(context, source, params=()):
    return hooks.mlops_run_pipeline(context=context, source=source, params=params, causes=())


@pytest.fixture
def release(project, tmp_path):
    """What deliver leaves: the tracked tree, and an environment (ours here)."""
    folder = tmp_path / "home" / "production" / "releases" / "0123456789abcdef"
    (folder / "pipeline").mkdir(parents=True)
    for name in sh(project, "git", "ls-files").stdout.split():
        (folder / "pipeline" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project / name, folder / "pipeline" / name)
    return folder


@pytest.fixture
def newer(tmp_path):
    path = tmp_path / "incoming.csv"
    path.write_text("id,x,late\n" + "".join(f"{n:04d},1,0\n" for n in range(50)))
    return DataRef(name="raw", uri=str(path), digest=md5(path))


def source(release, **more):
    return Source(
        kind="deployment", path=str(release / "pipeline"), target="production", python=sys.executable, **more
    )


def test_a_deployed_run_takes_the_newest_table_and_leaves_the_release_as_it_is(project, release, newer):
    before, workspace = tree(release / "pipeline"), tree(project)
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, source(release, id="trigger:1", newest=(newer,)))

    assert result.status == "finished"
    assert [step.how for step in result.steps] == ["ran", "ran", "ran"]
    assert result.path == str(release / "runs" / "trigger-1" / "pipeline")
    assert [m.value for m in result.metrics if m.name == "test.rows"] == [50.0]
    assert [(t.digest, t.uri) for t in result.data] == [(newer.digest, f"{result.path}/data/raw.csv")]
    assert result.models[0].path == f"{result.path}/model.joblib"
    assert result.models[0].digest == md5(result.models[0].path)
    pointer = Path(result.path, "data/raw.csv.dvc").read_text()
    assert newer.digest.removeprefix("md5:") in pointer
    assert tree(release / "pipeline") == before
    assert {name: content for name, content in tree(project).items() if ".mlops-ext" not in name} == workspace
    assert list((release.parent.parent / "cache").rglob("*"))


def test_a_delivery_that_changed_since_it_was_validated_is_not_taken(project, release, newer):
    Path(newer.uri).write_text("id,x,late\n")

    with pytest.raises(CouldNotTellError, match="changed while"):
        run(make_context(project, data=DATA), source(release, id="one", newest=(newer,)))


def test_without_newer_data_a_deployed_run_has_that_of_the_package(project, release):
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, source(release, id="one"))

    assert result.data[0].digest == md5(project / "data/raw.csv")
    assert [step.how for step in result.steps] == ["ran", "ran", "ran"]


def test_what_deliver_brought_is_not_made_again(project, release):
    shutil.copytree(project / ".dvc" / "cache", release.parent.parent / "cache")
    shutil.rmtree(project / ".dvc" / "cache")
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, source(release, id="one"))

    assert [step.how for step in result.steps] == ["unchanged", "unchanged", "unchanged"]
    assert result.models[0].digest == md5(project / "model.joblib")


def remembering(context, environment):
    """A tracker that knows a maker of everything, in an environment with other versions."""

    class Remembers(Tracker):
        def maker(self, outs, now):
            return Maker(run="earlier", environment=environment or now, packages={"pandas": "3.0.6"})

    context.desk.track = lambda plan: Remembers(plan)
    return context


def test_what_another_environment_made_is_made_again(project, release):
    shutil.copytree(project / ".dvc" / "cache", release.parent.parent / "cache")
    context = remembering(make_context(project, data=DATA, models=MODEL), "sha256:other")

    result = run(context, source(release, id="one"))

    assert [step.how for step in result.steps] == ["ran", "ran", "ran"]
    (told,) = [line for line in context.desk.said if "every step again" in line]
    assert "prepare, train, evaluate" in told
    same = run(remembering(make_context(project, data=DATA, models=MODEL), ""), source(release, id="two"))
    assert [step.how for step in same.steps] == ["unchanged", "unchanged", "unchanged"]


def test_parameters_are_for_the_workspace(project, release):
    with pytest.raises(UsageError):
        run(make_context(project), source(release), params=(Setting(name="a", value="1"),))


def test_the_same_id_after_a_kill_goes_on_in_the_same_folder(project, release, newer, tmp_path):
    slow = release / "pipeline" / "src" / "train.py"
    wait = "import os, time\nif not os.path.exists('../go'):\n    open('../begun', 'w')\n    time.sleep(60)\n"
    slow.write_text(wait + slow.read_text())
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; import test_deployed as t\n"
        "from dvc_run_desk import make_context; from mlops_ext.contract.data import DataRef\n"
        "root, release, uri = map(Path, sys.argv[2:])\n"
        "newer = DataRef(name='raw', uri=str(uri), digest=t.md5(uri))\n"
        "context = make_context(root, data=t.DATA, models=t.MODEL)\n"
        "t.run(context, t.source(release, id='once', newest=(newer,)))"
    )
    words = [sys.executable, "-c", program, str(Path(__file__).parent), str(project), str(release), newer.uri]
    child = subprocess.Popen(words)
    folder = release / "runs" / "once"
    until = time.monotonic() + 30
    while not (folder / "begun").exists():
        assert time.monotonic() < until
        assert child.poll() is None
        time.sleep(0.05)
    child.kill()
    child.wait()
    (folder / "go").touch()
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, source(release, id="once", newest=(newer,)))

    assert result.status == "finished"
    assert [step.how for step in result.steps] == ["ran", "ran", "ran"]
    assert [m.value for m in result.metrics if m.name == "test.rows"] == [50.0]
    assert os.listdir(release / "runs") == ["once"]


def test_a_sample_of_the_workspace_touches_nothing_of_it(project):
    more = "\nassert os.environ['MLOPS_SAMPLE'] == '1' and '/samples/' in os.environ['MLFLOW_TRACKING_URI']\n"
    write(project, {"src/train.py": (project / "src/train.py").read_text() + more})
    before = tree(project)
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, Source(kind="workspace", path=str(project), sample_rows=20, id="s"))

    assert result.status == "finished"
    assert [m.value for m in result.metrics if m.name == "test.rows"] == [20.0]
    assert context.desk.trackers == []
    assert {name: content for name, content in tree(project).items() if ".mlops-ext" not in name} == before
    assert not (project / ".mlops-ext" / "samples" / "s").exists()
    assert Path(result.log).exists()


def test_a_sample_of_a_release_is_its_smoke_run(project, release):
    before = tree(release / "pipeline")

    result = run(make_context(project, data=DATA), source(release, id="smoke", sample_rows=20))

    assert result.status == "finished"
    assert [m.value for m in result.metrics if m.name == "test.rows"] == [20.0]
    assert tree(release / "pipeline") == before
    assert not (release / "runs" / "smoke" / "sample").exists()


def test_a_sample_that_reads_the_whole_data_by_an_absolute_path_is_no_answer(project):
    script = (project / "src/prepare.py").read_text().replace("data/raw.csv", f"{project}/data/raw.csv")
    write(project, {"src/prepare.py": script})
    context = make_context(project, data=DATA)

    with pytest.raises(CouldNotTellError, match=r"data/raw.csv \(stage prepare\)"):
        run(context, Source(kind="workspace", path=str(project), sample_rows=20))


def test_a_step_that_fails_on_the_sample_is_a_failed_run(project):
    write(project, {"src/train.py": "raise SystemExit(9)\n"})

    result = run(make_context(project), Source(kind="workspace", path=str(project), sample_rows=20))

    assert result.status == "failed"
    assert result.steps[1].exit_code == 9


def test_joined_tables_keep_the_rows_that_the_sample_needs(bare):
    flights = pa.table({"hour": [n % 24 for n in range(240)], "code": [f"0{n % 3}" for n in range(240)]})
    (bare / "data").mkdir()
    pq.write_table(flights, bare / "data/flights.parquet")
    write(bare, {"data/weather.csv": "hour,wind\n" + "".join(f"{h},{h * 2}\n" for h in range(24))})
    codes = 'code,text\n00,"a, b"\n01,"line\nbreak"\n02,c\n'
    write(bare, {"data/codes.csv": codes, "data/notes.bin": "x" * 100})
    script = """
import csv, json
import pyarrow.parquet as pq
t = pq.read_table("data/flights.parquet").to_pydict()
w = [r["hour"] for r in csv.DictReader(open("data/weather.csv"))]
c = list(csv.DictReader(open("data/codes.csv", newline="")))
assert open("data/notes.bin").read() == "x" * 100
same = set(map(str, t["hour"])) == set(w)
found = {"flights": len(t["hour"]), "hours": len(set(t["hour"])), "weather": len(w), "codes": len(c)}
json.dump({**found, "all": float(same), "zero": float(c[0]["code"] == "00")}, open("m.json", "w"))
"""
    names = ["flights.parquet", "weather.csv", "codes.csv", "notes.bin"]
    for name in names[:2]:
        sh(bare, "dvc", "add", "-q", f"data/{name}")
    write(bare, {"go.py": script, ".gitignore": "data\n.mlops-ext\n"})
    deps = "".join(f", data/{name}" for name in names)
    stage = f"  go:\n    cmd: python go.py\n    deps: [go.py{deps}]\n    metrics: [m.json]\n"
    write(bare, {"dvc.yaml": f"stages:\n{stage}"})
    data = {
        "flights": {"path": "data/flights.parquet"},
        "weather": {"path": "data/weather.csv", "sample": {"keep_with": "flights"}},
    }
    sh(bare, "git", "add", "-f", "data/flights.parquet.dvc", "data/weather.csv.dvc")
    context = make_context(bare, data=data)

    result = run(context, Source(kind="workspace", path=str(bare), sample_rows=5))

    assert result.status == "finished", Path(result.log).read_text()
    found = {m.name: m.value for m in result.metrics}
    assert found["flights"] == 5
    assert found["weather"] == found["hours"]
    assert (found["all"], found["zero"], found["codes"]) == (1.0, 1.0, 3.0)
    said = {check.name: check.message for check in result.checks}
    assert "data/notes.bin: whole" in said["data is shortened"]
