"""F16 to F21 with the real command, and beside each row a neighbour: another reader, tool, or stage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from calling import git
from functional.alone import ALONE, ONE, appears, pipeline, said, tracked
from functional.small import Small


def test_f16_a_project_below_the_git_root(below: Small) -> None:
    """F16."""
    pipeline(below, ONE.format(cmd="echo > a.txt"))
    at_root = [sys.executable, "-m", "mlops_ext", "develop", "--project", "teams/delays"]
    env = {**os.environ, **below.env}
    done = subprocess.run(at_root, cwd=below.root, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 steps ran" in done.stdout
    assert "0 of 1 steps ran" in said(below, "develop", code=0)
    pipeline(below, "stages:\n  a:\n    cmd: [echo\n")
    assert "teams/delays/dvc.yaml" in said(below, "develop", code=2)


def test_f16_neighbour_from_a_folder_below_the_project(below: Small) -> None:
    """Neighbour of F16: the other direction."""
    pipeline(below, ONE.format(cmd="echo > a.txt"), **{"src/deep/x": ""})
    words = [sys.executable, "-m", "mlops_ext", "develop"]
    env = {**os.environ, **below.env}
    done = subprocess.run(words, cwd=below.project / "src" / "deep", env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 of 1 steps ran" in done.stdout


FAILS = """
stages:
  one:
    cmd: mkdir -p out/deep && echo 1 > out/deep/one.txt
    outs: [out/deep/one.txt]
  two:
    wdir: work
    cmd: echo half > two.txt; echo '{{"a":1}}' > m.json; {end}
    deps: [../out/deep/one.txt]
    outs: [two.txt]
    metrics: [m.json: {{cache: false}}]
"""
OURS = {"dvc.lock", ".gitignore", "work/.gitignore", "out/deep/.gitignore", "work/m.json"}


@pytest.mark.parametrize("end", ["exit 7", "kill -9 $$", "kill -9 0"])
def test_f17_nothing_that_dvc_keeps_is_left_for_git(alone: Small, end: str) -> None:
    """F17; neighbours: a step that is killed, a folder of its own, a folder that the step makes."""
    pipeline(alone, FAILS.format(end=end), **{"work/.keep": ""})
    git(alone.root, "add", "-A")
    said(alone, "develop", code=1)
    assert (alone.project / "out/deep/one.txt").exists()
    assert set(alone.untracked()) <= OURS


def test_f17_neighbour_names_that_are_patterns(alone: Small) -> None:
    """Neighbour of F17 by name: brackets, a star, a hash, a mark, blanks."""
    names = ["x[1].txt", "#2.txt", "!3.txt", "a*b.txt", "two words.txt", "what?.txt"]
    text = f"stages:\n  a:\n    cmd: python a.py\n    outs: {json.dumps(names)}\n"
    script = f"for name in {names}:\n    open(name, 'w').write('x')\nraise SystemExit(7)\n"
    pipeline(alone, text, **{"a.py": script, "ab.txt": "", "x1.txt": "", "a-b.txt": ""})
    git(alone.root, "add", "-A")
    said(alone, "develop", code=1)
    assert all((alone.project / name).exists() for name in names)
    assert set(alone.untracked()) <= OURS


def test_f17_neighbour_an_output_behind_a_link(alone: Small, tmp_path: Path) -> None:
    """Neighbour of F17 by layout: DVC refuses it, and nothing is written into the other folder."""
    (tmp_path / "big").mkdir()
    (alone.project / "data").symlink_to(tmp_path / "big")
    pipeline(alone, "stages:\n  a:\n    cmd: echo > data/x.txt\n    outs: [data/x.txt]\n")
    assert "outside of git repository" in said(alone, "develop", code=1)
    assert [path.name for path in (tmp_path / "big").iterdir()] == ["x.txt"]


def test_f17_neighbour_in_a_sub_folder(below: Small) -> None:
    """Neighbour of F17 by layout: DVC below the Git root."""
    pipeline(below, FAILS.format(end="exit 7"), **{"work/.keep": ""})
    git(below.root, "add", "-A")
    said(below, "develop", code=1)
    assert {name.removeprefix("teams/delays/") for name in below.untracked()} <= OURS


def test_f17_neighbour_we_are_killed_while_a_step_runs(alone: Small) -> None:
    """Neighbour of F17: nobody is left to clean up."""
    pipeline(alone, FAILS.format(end="touch ../../begun; sleep 60"), **{"work/.keep": ""})
    git(alone.root, "add", "-A")
    command = alone.start("develop")
    appears(alone.project.parent / "begun")
    command.kill()
    command.communicate()
    time.sleep(0.5)
    assert (alone.project / "work/two.txt").exists()
    assert set(alone.untracked()) <= OURS


def test_f17_neighbour_an_output_that_git_tracks_already(alone: Small) -> None:
    """Neighbour of F17 and F21: DVC says so only when the command has overwritten it."""
    pipeline(alone, ONE.format(cmd="echo new > a.txt"), **{"a.txt": "theirs\n"})
    git(alone.root, "add", "-A")
    told = said(alone, "develop", code=2)
    assert "Git tracks it already" in told
    assert "git rm -r --cached a.txt" in told
    assert (alone.project / "a.txt").read_text() == "theirs\n"


HALF = "stages:\n  a:\n    cmd: python a.py\n    deps: [a.py]\n    outs: [a.txt]\n"


@pytest.mark.parametrize("persist", ["", ": {persist: true}"])
def test_f18_a_step_that_was_killed_half_way(alone: Small, persist: str) -> None:
    """F18; neighbour: an output that DVC does not take away before the step."""
    good = "open('a.txt', 'w').write('good')"
    pipeline(alone, HALF.replace("[a.txt]", f"[a.txt{persist}]"), **{"a.py": good})
    alone.call("develop")
    pipeline(
        alone,
        HALF.replace("[a.txt]", f"[a.txt{persist}]"),
        **{"a.py": "import os; open('a.txt', 'w').write('ha'); os.kill(os.getpid(), 9)"},
    )
    told = said(alone, "develop", code=1)
    assert "step a" in told
    assert "modified" in said(alone, "integrate", "--only", "pipeline", code=1)
    alone.write({"a.py": good})
    again = "1 of 1" if persist else "0 of 1"  # DVC runs a step anew that may have read its own output
    assert f"{again} steps ran" in said(alone, "develop", code=0)
    assert (alone.project / "a.txt").read_text() == "good"


def test_f18_neighbour_in_a_sweep_the_workspace_stays(alone: Small) -> None:
    """Neighbour of F18 by tool: `dvc exp run --temp`."""
    stage = HALF.replace("    outs", "    params: [n]\n    outs")
    script = "import os; open('a.txt', 'w').write('good')\n"
    script += "'n: 1' in open('params.yaml').read() or os.kill(os.getpid(), 9)\n"
    pipeline(alone, stage, **{"a.py": script, "params.yaml": "n: 1\n"})
    alone.call("develop")
    git(alone.root, "add", "-A")
    git(alone.root, "commit", "-qm", "run")
    assert "step a" in said(alone, "develop", "--set", "n=2", code=1)
    assert git(alone.root, "status", "--porcelain") == ""
    assert (alone.project / "a.txt").read_text() == "good"


@pytest.mark.parametrize(
    ("text", "words", "key"),
    [
        ("stages:\n  a:\n    cmd: ${flag}\n", "not text", "stages.a.cmd"),
        ("stages:\n  a:\n    cmd: [echo 1, '${flag}']\n", "not text", "stages.a.cmd"),
        ("stages:\n  a:\n    cmd: echo ${nope}\n", "nope", "stages.a.cmd"),
        ("stages:\n  a:\n    cmd: echo ${flag.deep}\n", "flag.deep", "stages.a.cmd"),
        ("stages:\n  a:\n    cmd: echo\n    outs: ['${nope}.txt']\n", "nope", "stages.a.outs"),
        ("stages:\n  a:\n    cmd: echo\n    wdir: ${nope}\n", "nope", "stages.a.wdir"),
        (
            "stages:\n  a:\n    foreach: ${nope}\n    do:\n      cmd: echo ${item}\n",
            "nope",
            "stages.a.foreach",
        ),
        ("stages:\n  a:\n    foreach: [1, 2]\n    do:\n      cmd: ${item}\n", "not text", "stages.a@1.cmd"),
        ("stages:\n  a:\n    matrix:\n      m: [x]\n    cmd: echo ${item.n}\n", "item.n", "stages.a@x.cmd"),
        ("vars: [gone.yaml]\nstages:\n  a:\n    cmd: echo\n", "gone.yaml", "vars"),
        ("stages:\n  a:\n    cmd: echo\n    params: [nope]\n    outs: [x]\n", "nope", "stages.a"),
        ("stages:\n  a:\n    cmd: echo\n    outputs: [x]\n", "outputs", "stages.a"),
    ],
)
def test_f19_templates_that_do_not_fit(alone: Small, text: str, words: str, key: str) -> None:
    """F19; neighbours: lists, outputs, folders, `foreach`, `matrix`, `vars`, parameters and misspelt keys."""
    pipeline(alone, text, **{"params.yaml": "flag: true\n"})
    told = said(alone, "develop", code=2)
    assert words in told
    assert "dvc.yaml" in told
    assert f"key {key}" in told


def test_f20_a_clone_without_history(alone: Small, tmp_path: Path) -> None:
    """F20; neighbour: nobody named a base, so that it is said and closes nothing."""
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    alone.call("develop")
    git(alone.root, "add", "-A")
    git(alone.root, "commit", "-qm", "run")
    git(alone.root, "checkout", "-q", "-b", "work")
    git(alone.root, "commit", "-q", "--allow-empty", "-m", "work")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "work", f"file://{alone.root}", str(clone))
    git(clone, "checkout", "-q", "--detach")
    git(clone, "remote", "remove", "origin")
    git(clone, "branch", "-D", "work")
    alone.project = clone
    told = said(alone, "develop", code=0)
    assert "no comparison: the base is not in this clone" in told
    alone.write({"mlops-ext.toml": 'base = "main"\n' + ALONE})
    told = said(alone, "develop", code=3)
    assert "base revision main is not in this clone" in told
    assert "fetch-depth: 0" in told


def test_f21_an_output_that_a_pointer_tracks(alone: Small) -> None:
    """F21."""
    tracked(alone, "raw.csv")
    pipeline(alone, "stages:\n  a:\n    cmd: echo > raw.csv\n    outs: [raw.csv]\n")
    told = said(alone, "develop", code=2)
    assert "raw.csv.dvc" in told
    assert "dvc remove" in told


def test_f21_neighbour_an_output_inside_a_tracked_folder(alone: Small) -> None:
    """Neighbour of F21: the pointer tracks the folder above."""
    tracked(alone)
    pipeline(alone, "stages:\n  a:\n    cmd: echo > data/x.csv\n    outs: [data/x.csv]\n")
    told = said(alone, "develop", code=2)
    assert "data.dvc" in told
    assert "overlap" in told


def test_f21_neighbour_integrate_says_the_same(alone: Small) -> None:
    """Neighbour of F21 by stage."""
    tracked(alone, "raw.csv")
    pipeline(alone, "stages:\n  a:\n    cmd: echo > raw.csv\n    outs: [raw.csv]\n")
    assert "raw.csv.dvc" in said(alone, "integrate", "--only", "pipeline", code=2)
