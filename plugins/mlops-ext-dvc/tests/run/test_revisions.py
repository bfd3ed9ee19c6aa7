"""What a revision says of itself: files of all kinds, at a commit and in the workspace."""

from __future__ import annotations

import json
import shutil

import pytest
from dvc_run_desk import make_context
from dvc_run_repo import sh, write

from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.hooks import mlops_describe_revision as describe

TABLES = {"raw": {"path": "data/raw.csv"}, "clean": {"path": "clean.csv"}}
MANY = """
vars: [{greet: hi}]
stages:
  zoo:
    foreach: [a, b]
    do:
      cmd: echo ${item} > ${item}.txt
      outs: ['${item}.txt']
      params: [conf.toml: [a.b], conf.json: [], settings.py: [DEPTH, Train.rate], more.yaml: []]
metrics: [m.yaml, m.toml, m.json]
plots:
  - roc.csv: {x: fpr, y: tpr}
  - both:
      x: epoch
      y: {log.tsv: [loss, val]}
  - shape.png
  - words.json: {x: actual, y: predicted}
  - gone.csv
"""
FILES = {
    "dvc.yaml": MANY,
    "conf.toml": "[a]\nb = 1\nc = 2\n",
    "conf.json": '{"big": 9007199254740993, "list": [1, 2]}',
    "settings.py": "DEPTH = 4\nOTHER = 1\nclass Train:\n    rate = 0.1\n",
    "more.yaml": "small: 1e-3\nname: 'naïve | a'\n",
    "params.yaml": "x: 1\n",
    "m.yaml": "loss: .nan\nbound: .inf\nsmall: 1e-5\n",
    "m.toml": "rows = 9007199254740993\nok = true\n",
    "m.json": json.dumps({"auc": "0.91", "loss": 1, "deep": {"none": None, "per": [1]}}),
    "roc.csv": "fpr,tpr\n0,0\n0.5,nan\n1,1\n",
    "log.tsv": "epoch\tloss\tval\n1\t0.5\t0.6\n2\t0.25\t0.5\n",
    "shape.png": "x",
    "words.json": json.dumps({"rows": [{"actual": "cat", "predicted": "dog"}]}),
}


def named(rows):
    return {row.name: row for row in rows}


@pytest.fixture
def many(bare):
    write(bare, FILES)
    sh(bare, "git", "add", ".")
    sh(bare, "git", "commit", "-qm", "many")
    return bare


@pytest.mark.parametrize("revision", ["HEAD", "workspace"])
def test_parameters_of_every_kind_of_file(many, revision):
    found = {row.name: row.value for row in describe(make_context(many), revision).params}
    assert found == {
        "conf.toml:a.b": "1",
        "conf.json:big": "9007199254740993",
        "conf.json:list": "[1, 2]",
        "settings.py:DEPTH": "4",
        "settings.py:Train.rate": "0.1",
        "more.yaml:small": "0.001",
        "more.yaml:name": "naïve | a",
        "x": "1",
    }


@pytest.mark.parametrize("revision", ["HEAD", "workspace"])
def test_metrics_that_are_no_numbers_stay_with_the_reason(many, revision):
    found = named(describe(make_context(many), revision).metrics)
    assert {name: row.value for name, row in found.items()} == {
        "m.yaml:loss": None,
        "m.json:loss": 1.0,
        "bound": None,
        "small": 1e-5,
        "rows": 9007199254740992.0,
        "ok": 1.0,
        "auc": None,
        "deep.none": None,
        "deep.per": None,
    }
    assert "nan" in found["m.yaml:loss"].why
    assert found["auc"].why == 'is text in m.json: "0.91"'
    assert found["rows"].why == "rounded from 9007199254740993"


def test_plots_become_curves_or_are_named(many):
    found = describe(make_context(many), "HEAD")
    curves = named(found.curves)
    assert set(curves) == {"roc.csv", "both"}
    assert curves["roc.csv"].series[0].x == (0.0, 1.0)
    assert [one.name for one in curves["both"].series] == ["loss", "val"]
    assert curves["both"].x == "epoch"
    assert curves["both"].series[0].x == (1.0, 2.0)
    said = "\n".join(found.notes)
    for part in ("1 of 3 points of tpr", "shape.png is a picture", "words.json", "gone.csv is not there"):
        assert part in said


def test_tables_as_they_were_without_their_bytes(project):
    context = make_context(project, data=TABLES)
    before = named(describe(context, "HEAD").data)
    with (project / "data" / "raw.csv").open("a") as file:
        file.write("0200,1,1\n")
    sh(project, "dvc", "repro", "-q")
    after = named(describe(context, "workspace").data)
    assert before["raw"].digest.startswith("md5:")
    assert {name for name in before if before[name].digest != after[name].digest} == {"raw", "clean"}
    assert [before["raw"].uri, before["clean"].uri] == ["", ""]
    assert context.fetch(before["raw"].ref()).read_text().count("\n") == 201


def test_a_table_that_came_later_is_not_there_before(bare):
    write(bare, {"data/raw.csv": "a\n1\n"})
    sh(bare, "dvc", "add", "-q", "data/raw.csv")
    context = make_context(bare, data={"raw": TABLES["raw"], "own": {"path": "untracked.csv"}})
    write(bare, {"untracked.csv": "a\n1\n"})
    found = named(describe(context, "HEAD").data)
    assert "raw" not in found
    assert found["own"].digest == ""


def test_a_table_in_a_folder_whose_list_is_gone_is_unknown(bare):
    write(bare, {"data/a.csv": "a\n1\n", "data/b.csv": "a\n2\n"})
    sh(bare, "dvc", "add", "-q", "data")
    sh(bare, "git", "add", ".")
    sh(bare, "git", "commit", "-qm", "data")
    context = make_context(bare, data={"a": {"path": "data/a.csv"}})
    assert describe(context, "HEAD").data[0].digest.startswith("md5:")
    shutil.rmtree(bare / ".dvc" / "cache")
    found = describe(context, "HEAD")
    assert found.data[0].digest == ""
    assert "no remote is configured" in found.notes[0]


def test_before_there_was_dvc(tmp_path):
    write(tmp_path, {"README": "x"})
    sh(tmp_path, "git", "init", "-q", "-b", "main")
    sh(tmp_path, "git", "add", ".")
    sh(tmp_path, "git", "commit", "-qm", "before")
    sh(tmp_path, "dvc", "init", "-q")
    found = describe(make_context(tmp_path), "HEAD")
    assert (found.params, found.metrics, found.data) == ((), (), ())


def test_a_cached_metrics_file_is_read_by_its_hash(bare):
    write(bare, {"dvc.yaml": "stages:\n  s:\n    cmd: cp here.json m.json\n    metrics: [m.json]\n"})
    write(bare, {"here.json": '{"auc": 0.5}'})
    sh(bare, "dvc", "repro", "-q")
    sh(bare, "git", "add", ".")
    sh(bare, "git", "commit", "-qm", "run")
    (bare / "m.json").unlink()
    assert describe(make_context(bare), "HEAD").metrics[0].value == 0.5
    shutil.rmtree(bare / ".dvc" / "cache")
    found = describe(make_context(bare), "HEAD")
    assert found.metrics == ()
    assert "neither" in found.notes[0] or "no remote" in found.notes[0]


def test_a_dvc_project_in_a_folder_of_the_repository(tmp_path):
    project = tmp_path / "repo" / "ml"
    project.mkdir(parents=True)
    sh(project.parent, "git", "init", "-q", "-b", "main")
    sh(project, "dvc", "init", "-q", "--subdir")
    write(project, FILES)
    sh(project, "git", "add", ".")
    sh(project, "git", "commit", "-qm", "sub")
    found = describe(make_context(project), "HEAD")
    assert "settings.py:DEPTH" in named(found.params)
    assert "both" in named(found.curves)


def test_a_revision_that_is_not_here_could_not_be_told(project):
    with pytest.raises(CouldNotTellError, match="not in this clone") as told:
        describe(make_context(project), "v9.9")
    assert "fetch-depth: 0" in told.value.hint
