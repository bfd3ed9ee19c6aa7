"""Samples of pipelines of every kind, in workspaces as they lie on other machines; none is touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from calling import commit, git
from functional.sampled import PIPELINE, SCRIPTS, SETTINGS, Sampled, make, visits
from functional.small import Small


def test_pipelines_of_every_kind(sampled: Sampled) -> None:
    parts = """
stages:
  split:
    foreach: [a, b]
    do:
      wdir: ../parts
      cmd: head -n 5 ../clean.csv > ${item}.csv
      deps: [../clean.csv]
      outs: ['${item}.csv']
  grid:
    matrix:
      size: [1, 2]
    cmd: wc -l ../parts/a.csv > count-${item.size}.txt
    deps: [../parts/a.csv]
    outs: ['count-${item.size}.txt']
  still:
    frozen: true
    cmd: echo frozen > still.txt
    outs: [still.txt]
  after-it:
    cmd: cat still.txt > after.txt
    deps: [still.txt]
    outs: [after.txt]
"""
    copies = "cmd: cp data/visits.csv clean.csv\n    deps: [data/visits.csv]\n    outs: [clean.csv]\n"
    top = f"stages:\n  clean:\n    {copies}"
    (sampled.project / "parts").mkdir()
    sampled.write(
        {"dvc.yaml": top, "more/dvc.yaml": parts.replace("    frozen: true\n", ""), "parts/.keep": ""}
    )
    sampled.dvc("repro", "-q", "-P")
    sampled.write({"more/dvc.yaml": parts})
    commit(sampled.root)
    with sampled.untouched():
        report = sampled.sample(code=0)
    assert {step["name"]: step["how"] for step in report["steps"]} == {
        "clean": "ran",
        "more/dvc.yaml:split@a": "ran",
        "more/dvc.yaml:split@b": "ran",
        "more/dvc.yaml:grid@1": "ran",
        "more/dvc.yaml:grid@2": "ran",
        "more/dvc.yaml:still": "unchanged",
        "more/dvc.yaml:after-it": "ran",
    }


def test_dvc_in_a_sub_folder_that_uses_code_beside_it(empty_store: Path, tmp_path: Path) -> None:
    small = Small(tmp_path / "small", empty_store, sub="services/ml", settings=SETTINGS)
    (small.root / "lib").mkdir()
    (small.root / "lib" / "shared.py").write_text("ROWS = 1\n")
    train = "import sys\nsys.path.insert(0, '../../lib')\nimport shared\n" + SCRIPTS["src/train.py"]
    sampled = make(small, **{"src/train.py": train})
    with sampled.untouched():
        report = sampled.sample(code=0)
    assert [step["how"] for step in report["steps"]] == ["ran"] * 3


def test_folders_tables_in_git_and_files_that_git_ignores(sampled: Sampled) -> None:
    for number in range(30):
        sampled.write({f"data/days/day-{number}.csv": visits(100), f"data/img/{number}.png": "x"})
    sampled.write({"lookup.csv": visits(300), "data/local.txt": "here only\n"})
    cmd = "cat data/days/*.csv data/local.txt lookup.csv > all.txt && ls data/img > names.txt"
    deps = "deps: [data/days, data/img, data/local.txt, lookup.csv]"
    stages = f"stages:\n  go:\n    cmd: {cmd}\n    {deps}\n    outs: [all.txt, names.txt]\n"
    more = '[data.lookup]\npath = "lookup.csv"\nsample = { rows = 30 }\n'
    sampled.write(
        {
            "dvc.yaml": stages,
            "mlops-ext.toml": SETTINGS + more,
            "data/.gitignore": "/visits.csv\n/local.txt\n",
        }
    )
    sampled.dvc("add", "-q", "data/days", "data/img")
    sampled.dvc("repro", "-q")
    commit(sampled.root)
    with sampled.untouched():
        report = sampled.sample(code=0)
    assert report["checks"][0]["message"] == (
        "data/days: 60 of 3,000 rows; data/img: whole; data/local.txt: whole; lookup.csv: 30 of 300 rows"
    )


def test_outputs_outside_of_the_project_are_not_replaced(sampled: Sampled, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere.txt"
    stage = f"stages:\n  go:\n    cmd: echo x > {place}\n    outs:\n    - {place}:\n        cache: false\n"
    place.write_text("precious\n")
    sampled.write({"dvc.yaml": stage})
    fault = sampled.sample(code=3)["fault"]
    assert "outside of the project" in fault["what"]
    assert place.read_text() == "precious\n"


def test_a_sample_of_what_was_only_packaged_in_a_shallow_clone(sampled: Sampled, tmp_path: Path) -> None:
    there = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{sampled.root}", str(there))
    assert (there / ".git" / "shallow").exists()
    for name in ("data/visits.csv", "mlflow.db"):
        (there / name).write_bytes((sampled.root / name).read_bytes())
    shallow = Sampled(there)
    shallow.call("integrate", "--only", "settings")
    with shallow.untouched():
        shallow.sample(code=0)


@pytest.mark.parametrize("kind", ["worktree", "detached", "without git", "submodule"])
def test_other_ways_in_which_a_workspace_lies_there(sampled: Sampled, tmp_path: Path, kind: str) -> None:
    cmd, there = "git rev-parse HEAD && python src/train.py", sampled
    if kind == "worktree":
        there = Sampled(tmp_path / "beside")
        git(sampled.root, "worktree", "add", "-q", "-b", "other", str(there.root))
        for name in ("data/visits.csv", "mlflow.db"):
            (there.root / name).write_bytes((sampled.root / name).read_bytes())
    elif kind == "detached":
        git(sampled.root, "checkout", "-q", "--detach")
    elif kind == "submodule":
        git(sampled.root, "clone", "-q", str(sampled.root), "lib")
        git(sampled.root, "submodule", "--quiet", "add", "./lib")
        cmd = "cat lib/src/prepare.py && python src/train.py"
    else:
        shutil.rmtree(sampled.root / ".git")
        sampled.dvc("config", "core.no_scm", "true")
        cmd = "python src/train.py"
    there.write({"dvc.yaml": PIPELINE.replace("python src/train.py", cmd)})
    there.call("integrate", "--only", "settings")
    with there.untouched(kind != "without git"):
        report = there.sample(code=0)
    assert report["checks"][0]["message"] == "data/visits.csv: 62 of 600 rows"
