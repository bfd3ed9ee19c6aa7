from __future__ import annotations

import hashlib
import os
import subprocess

import pytest
from dvc_run_desk import make_context
from dvc_run_repo import DEEP, ZOO, sh, write

from mlops_ext.contract.pipeline import Source
from mlops_ext.contract.refs import Setting
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc import hooks

TWICE = "stages:\n  a:\n    cmd: echo\n    outs: [x]\n  b:\n    cmd: echo\n    outs: [x]\n"
ROUND = "  {}:\n    cmd: e\n    deps: [{}]\n    outs: [{}]\n"
CYCLE = "stages:\n" + ROUND.format("a", "y", "x") + ROUND.format("b", "x", "y")
MODEL = {"late": {}}
DATA = {"raw": {"path": "data/raw.csv", "columns": {"label": "late"}}}


def run(context, params=(), **more):
    source = Source(kind="workspace", path=str(context.root), **more)
    return hooks.mlops_run_pipeline(context=context, source=source, params=params, causes=())


def hows(result):
    return {step.name: step.how for step in result.steps}


def snapshot(root):
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in root.rglob("*")
        if path.is_file() and not {".git", ".mlops-ext", "tmp", "cache"} & set(path.relative_to(root).parts)
    }


def test_nothing_changed_is_unchanged_with_hashes_model_metrics_and_tables(project):
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, id="develop-2026-01-01T00:00:00+00:00")

    assert result.status == "finished"
    assert hows(result) == {"prepare": "unchanged", "train": "unchanged", "evaluate": "unchanged"}
    train = next(step for step in result.steps if step.name == "train")
    model = hashlib.md5((project / "model.joblib").read_bytes()).hexdigest()
    assert train.outs[0].digest == f"md5:{model}"
    assert {dep.name: dep.kind for dep in train.deps} == {"clean.csv": "data", "src/train.py": "file"}
    assert train.params == (Setting(name="train.n", value="3"),)
    assert [(m.name, m.digest) for m in result.models] == [("late", f"md5:{model}")]
    assert {m.name: m.value for m in result.metrics} == {"auc": 0.3, "test.rows": 200.0}
    assert result.base_metrics == result.metrics
    raw = hashlib.md5((project / "data/raw.csv").read_bytes()).hexdigest()
    assert [(t.name, t.digest, t.format, t.columns.label) for t in result.data] == [
        ("raw", f"md5:{raw}", "csv", "late")
    ]
    assert context.desk.trackers[0].asked == ["prepare", "train", "evaluate"]
    assert context.desk.trackers[0].finished == [result]


def test_a_step_that_ran_has_its_own_variables_time_and_environment(project):
    write(project, {"params.yaml": "train:\n  n: 4\n"})
    context = make_context(project, models=MODEL)

    result = run(context)

    assert hows(result) == {"prepare": "unchanged", "train": "ran", "evaluate": "ran"}
    assert (project / "model.joblib").read_text() == "4 200 train"
    train = result.steps[1]
    assert train.exit_code == 0
    assert train.started.endswith("+00:00")
    assert train.environment.startswith("sha256:")
    assert result.environment == train.environment
    assert [m.value for m in result.base_metrics if m.name == "auc"] == [0.3]
    assert [m.value for m in result.metrics if m.name == "auc"] == [0.4]


def test_old_parameters_come_from_the_run_cache(project):
    write(project, {"params.yaml": "train:\n  n: 4\n"})
    run(make_context(project))
    write(project, {"params.yaml": "train:\n  n: 3\n"})

    result = run(make_context(project))

    assert hows(result)["train"] == "run-cache"
    assert hows(result)["prepare"] == "unchanged"
    assert result.steps[1].exit_code is None


def test_all_kinds_of_stages(bare):
    write(bare, {"dvc.yaml": ZOO, "sub/dvc.yaml": DEEP, "work/.keep": "", "frozen.txt": "frozen\n"})
    sh(bare, "dvc", "commit", "-q", "-f", "frozen")

    first = run(make_context(bare))
    again = run(make_context(bare))

    names = {"fe@a", "fe@b", "mx@1-p", "mx@2-p", "in-folder", "always", "sub/dvc.yaml:deep"}
    assert hows(first) == dict.fromkeys(names, "ran") | {"frozen": "unchanged"}
    assert hows(again) == dict.fromkeys(names, "unchanged") | {"frozen": "unchanged", "always": "ran"}
    outs = {step.name: [out.name for out in step.outs] for step in again.steps}
    assert outs["in-folder"] == ["work/here.txt"]
    assert outs["sub/dvc.yaml:deep"] == ["sub/deep.txt"]
    order = [step.name for step in first.steps]
    assert order.index("fe@a") < order.index("sub/dvc.yaml:deep")


def test_a_failing_step_is_a_failed_run_with_its_own_code_and_nothing_unignored(bare):
    stages = """
stages:
  one:
    cmd: echo one > one.txt
    outs: [one.txt]
  two:
    cmd: echo half > two.txt; exit 7
    deps: [one.txt]
    outs: [two.txt]
  three:
    cmd: echo three > three.txt
    deps: [two.txt]
    outs: [three.txt]
"""
    write(bare, {"dvc.yaml": stages})
    context = make_context(bare, models=MODEL)

    result = run(context)

    assert result.status == "failed"
    assert hows(result) == {"one": "ran", "two": "failed", "three": "not-reached"}
    assert result.steps[1].exit_code == 7
    assert result.steps[1].outs == ()
    assert result.models == ()
    untracked = sh(bare, "git", "status", "--porcelain", "--untracked-files=all").stdout
    assert "one.txt" not in untracked
    assert "two.txt" not in untracked
    write(bare, {"dvc.yaml": stages.replace("exit 7", "exit 0")})
    repaired = run(make_context(bare))
    assert hows(repaired) == {"one": "unchanged", "two": "ran", "three": "ran"}


def test_a_step_that_leaves_no_output_failed(bare):
    write(bare, {"dvc.yaml": "stages:\n  a:\n    cmd: 'true'\n    outs: [x.txt]\n"})

    result = run(make_context(bare))

    assert result.status == "failed"
    assert hows(result) == {"a": "failed"}


def test_set_leaves_the_workspace_byte_for_byte(project):
    before = snapshot(project)
    context = make_context(project, data=DATA, models=MODEL)

    result = run(context, params=(Setting(name="train.n", value="8"),))

    assert snapshot(project) == before
    assert sh(project, "git", "status", "--porcelain").stdout == ""
    assert result.status == "finished"
    assert hows(result) == {"prepare": "unchanged", "train": "ran", "evaluate": "ran"}
    assert [m.value for m in result.metrics if m.name == "auc"] == [0.8]
    assert [m.value for m in result.base_metrics if m.name == "auc"] == [0.3]
    model = result.models[0]
    assert model.path.endswith("model.joblib")
    with open(model.path) as file:
        assert file.read().startswith("8 200")
    assert result.steps[1].params == (Setting(name="train.n", value="8"),)
    assert result.data[0].name == "raw"


def test_set_of_an_unknown_parameter_is_a_settings_error(project):
    with pytest.raises(SettingsError, match="nope"):
        run(make_context(project), params=(Setting(name="nope.n", value="8"),))


def test_set_with_a_failing_step(project):
    result = run(make_context(project), params=(Setting(name="train.n", value="eight"),))

    assert result.status == "failed"
    assert hows(result) == {"prepare": "unchanged", "train": "ran", "evaluate": "failed"}


def test_nan_metrics_are_undefined_with_a_reason(bare):
    stages = "stages:\n  a:\n    cmd: echo '{\"auc\":NaN}' > m.json\n    metrics: [m.json]\n"
    write(bare, {"dvc.yaml": stages})

    (metric,) = run(make_context(bare)).metrics

    assert metric.value is None
    assert "nan" in metric.why


def test_a_metric_written_as_text_names_file_and_key(bare):
    stages = 'stages:\n  a:\n    cmd: echo \'{"test":{"auc":"0.91"}}\' > m.json\n    metrics: [m.json]\n'
    write(bare, {"dvc.yaml": stages})
    context = make_context(bare)

    with pytest.raises(SettingsError, match="is text") as caught:
        run(context)

    assert (caught.value.file, caught.value.key) == ("m.json", "test.auc")
    assert context.desk.trackers[0].finished[0].status == "failed"


@pytest.mark.parametrize(
    ("stages", "words", "key"),
    [
        ("stages:\n  a:\n    cmd: ${flag}\n", "not text", "stages.a.cmd"),
        ("stages:\n  a:\n    cmd: echo ${nope}\n", "nope", "stages.a.cmd"),
        ("stages:\n  a:\n    cmd: [echo\n", "corrupted", ""),
        (TWICE, "'x' is specified", ""),
        (CYCLE, "both a dependency and an output in stages: [ab], [ab]", ""),
    ],
)
def test_what_is_wrong_in_dvc_yaml_is_told_before_anything_runs(bare, stages, words, key):
    write(bare, {"dvc.yaml": stages, "params.yaml": "flag: true\n"})
    context = make_context(bare)

    with pytest.raises(SettingsError, match=words) as caught:
        run(context)

    assert caught.value.key == key
    assert caught.value.file.startswith("dvc.yaml") or not key
    assert not any(tracker.asked for tracker in context.desk.trackers)


def test_an_output_that_a_pointer_tracks_too_shows_what_dvc_says(project):
    write(project, {"dvc.yaml": "stages:\n  a:\n    cmd: echo > data/raw.csv\n    outs: [data/raw.csv]\n"})

    with pytest.raises(SettingsError, match=r"dvc remove") as caught:
        run(make_context(project))

    assert "data/raw.csv.dvc" in caught.value.what


def test_data_that_is_nowhere_stops_before_the_pipeline_starts(project):
    (project / "data/raw.csv").unlink()
    sh(project, "rm", "-rf", ".dvc/cache")
    context = make_context(project)

    with pytest.raises(CouldNotTellError, match=r"no remote is configured.*data/raw.csv"):
        run(context)

    sh(project, "dvc", "remote", "add", "-q", "-d", "store", str(project.parent / "store"))
    with pytest.raises(CouldNotTellError, match=r"neither the cache nor the remote.*data/raw.csv") as caught:
        run(context)
    assert "dvc push" in caught.value.hint
    assert not any(tracker.asked for tracker in context.desk.trackers)


def test_missing_data_comes_from_the_remote(project):
    sh(project, "dvc", "remote", "add", "-q", "-d", "store", str(project.parent / "store"))
    sh(project, "dvc", "push", "-q")
    (project / "data/raw.csv").unlink()
    sh(project, "rm", "-rf", ".dvc/cache")

    result = run(make_context(project, data=DATA))

    assert result.status == "finished"
    assert (project / "data/raw.csv").exists()


def test_a_base_that_is_not_in_this_clone(project):
    with pytest.raises(CouldNotTellError, match="not in this clone") as caught:
        run(make_context(project, base="release"))

    assert "fetch-depth" in caught.value.hint


def test_the_teams_own_modules_do_not_hide_what_dvc_imports(project):
    write(project, {"types.py": "raise SystemExit('hidden')\n", "params.yaml": "train:\n  n: 5\n"})
    write(project, {"src/train.py": (project / "src/train.py").read_text() + "\n# changed\n"})

    assert run(make_context(project)).status == "finished"


def test_commands_run_in_the_users_own_shell(bare, tmp_path):
    shell = tmp_path / "own-shell"
    shell.write_text('#!/bin/sh\necho "$@" >> used\nexec /bin/sh "$@"\n')
    shell.chmod(0o755)
    write(bare, {"dvc.yaml": "stages:\n  a:\n    cmd: echo $SHELL > x.txt\n    outs: [x.txt]\n"})
    os.environ["SHELL"], before = str(shell), os.environ.get("SHELL")
    try:
        run(make_context(bare))
    finally:
        os.environ["SHELL"] = before or ""
    assert (bare / "x.txt").read_text().strip() == str(shell)
    assert subprocess.run(["cat", bare / "used"], capture_output=True, text=True).stdout.startswith("-c ")
