from __future__ import annotations

import hashlib
import shutil

import pytest
from dvc_run_desk import make_context
from dvc_run_repo import DEEP, ZOO, sh, write

from mlops_ext.contract.pipeline import Source
from mlops_ext.contract.refs import Setting
from mlops_ext.errors import SettingsError
from mlops_ext_dvc import hooks
from mlops_ext_dvc.files import plan
from mlops_ext_dvc.files.hashes import HashCache
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked

DATA = {"raw": {"path": "data/raw.csv"}}


def run(context, **more):
    source = Source(kind="workspace", path=str(context.root), **more)
    return hooks.mlops_run_pipeline(context=context, source=source, params=(), causes=())


@pytest.fixture
def nested(project, tmp_path):
    """The DVC project in a sub-folder of the Git repository."""
    top = tmp_path / "top"
    inner = top / "teams" / "delays"
    shutil.copytree(project, inner, ignore=shutil.ignore_patterns(".git"))
    shutil.rmtree(inner / ".dvc" / "tmp", ignore_errors=True)
    sh(top, "git", "init", "-q", "-b", "main")
    sh(top, "git", "add", ".")
    sh(top, "git", "commit", "-qm", "all")
    return inner


def test_a_dvc_project_in_a_sub_folder(nested):
    context = make_context(nested, data=DATA, models={"late": {}})

    result = run(context)
    sample = run(context, sample_rows=20)
    at = hooks.mlops_resolve_data(context=context, name="raw", revision="HEAD")
    tried = hooks.mlops_run_pipeline(
        context=context,
        source=Source(kind="workspace", path=str(nested)),
        params=(Setting(name="train.n", value="9"),),
        causes=(),
    )

    assert {step.how for step in result.steps} == {"unchanged"}
    assert [m.value for m in result.base_metrics if m.name == "auc"] == [0.3]
    assert [m.value for m in sample.metrics if m.name == "test.rows"] == [20.0]
    assert at.digest == result.data[0].digest
    assert [m.value for m in tried.metrics if m.name == "auc"] == [0.9]
    assert tried.models[0].digest != result.models[0].digest


def test_the_settings_below_the_dvc_project(bare):
    write(
        bare, {"team/dvc.yaml": "stages:\n  a:\n    cmd: echo x > t.csv\n    outs: [t.csv]\n", "team/x": ""}
    )
    context = make_context(bare / "team", data={"t": {"path": "t.csv"}})

    result = run(context)

    assert [step.name for step in result.steps] == ["team/dvc.yaml:a"]
    digest = hashlib.md5((bare / "team/t.csv").read_bytes()).hexdigest()
    assert [data.digest for data in result.data] == [f"md5:{digest}"]


def test_outside_of_dvc(tmp_path):
    with pytest.raises(SettingsError, match="not a DVC project") as caught:
        run(make_context(tmp_path))
    assert "dvc init" in caught.value.hint


def test_what_is_read_without_dvc_is_what_dvc_says(bare):
    write(
        bare,
        {"dvc.yaml": ZOO, "sub/dvc.yaml": DEEP, "work/.keep": "", "folder/one": "1", "folder/b/two": "2"},
    )
    sh(bare, "dvc", "add", "-q", "folder")
    write(bare, {"frozen.txt": "frozen\n"})
    sh(bare, "dvc", "commit", "-q", "-f", "frozen")
    sh(bare, "dvc", "repro", "-q", "-P")

    tracked = Tracked(Files(bare))

    planned = {step.name: set(step.outs) for step in plan.load(bare).steps if step.name in tracked.stages}
    assert {name: {out.path for out in stage.outs} for name, stage in tracked.stages.items()} == planned
    assert len(planned) == 8
    seen = HashCache(bare / "md5.json")
    assert {path: item.md5 for path, item in tracked.outs.items()} == {
        path: seen.md5(bare / path) for path in tracked.outs
    }
    assert "folder" in tracked.outs


def test_a_working_folder_with_a_template(bare):
    body = "      wdir: in-${item}\n      cmd: echo x > t\n      outs: [t]\n"
    stages = f"stages:\n  w:\n    foreach: [a, b]\n    do:\n{body}"
    write(bare, {"dvc.yaml": stages, "in-a/x": "", "in-b/x": ""})

    run(make_context(bare))

    stages = Tracked(Files(bare)).stages
    assert {name: stage.outs[0].path for name, stage in stages.items()} == {"w@a": "in-a/t", "w@b": "in-b/t"}


def test_ignored_files_of_dvc_are_not_the_projects(bare):
    write(bare, {"old/dvc.yaml": "stages: {x: {cmd: ls}}", "kept/dvc.yaml": "stages: {y: {cmd: ls}}"})
    write(bare, {".dvcignore": "old\n", ".venv/lib/x.dvc": "", ".gitignore": ".venv\n"})

    assert Files(bare).names == ("kept/dvc.yaml",)
    assert [step.name for step in plan.load(bare).steps] == ["kept/dvc.yaml:y"]


def test_hashes_of_dvc_2(bare):
    text = b"a,b\r\n1,2\r\n"
    (bare / "old.csv").write_bytes(text)
    md5 = hashlib.md5(text.replace(b"\r\n", b"\n")).hexdigest()
    write(bare, {"old.csv.dvc": f"outs:\n- md5: {md5}\n  size: 10\n  path: old.csv\n"})
    cached = bare / ".dvc/cache" / md5[:2] / md5[2:]
    cached.parent.mkdir(parents=True)
    cached.write_bytes(text)
    context = make_context(bare, data={"old": {"path": "old.csv"}})

    found = hooks.mlops_resolve_data(context=context, name="old", revision="workspace")

    assert found.digest == f"md5:{md5}"
    (bare / "old.csv").unlink()
    assert hooks.mlops_fetch_data(context=context, data=found.ref()).read_bytes() == text


def test_broken_yaml_is_told_with_its_line(project):
    write(project, {"dvc.lock": "schema: '2.0'\nstages: [\n"})

    with pytest.raises(SettingsError) as caught:
        hooks.mlops_resolve_data(context=make_context(project), name="workspace", revision="workspace")

    assert caught.value.file.startswith("dvc.lock, line")


def test_a_metric_that_dvc_keeps_in_its_cache_is_compared_too(bare):
    stage = "stages:\n  a:\n    cmd: cp in.json m.json\n    deps: [in.json]\n    metrics: [m.json]\n"
    write(bare, {"dvc.yaml": stage, "in.json": '{"auc": 0.5}'})
    run(make_context(bare))
    sh(bare, "git", "add", ".")
    sh(bare, "git", "commit", "-qm", "one")
    write(bare, {"in.json": '{"auc": 0.7}'})

    result = run(make_context(bare))

    assert [m.value for m in (*result.metrics, *result.base_metrics)] == [0.7, 0.5]
