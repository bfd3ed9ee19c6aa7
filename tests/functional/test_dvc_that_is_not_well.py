"""F11 to F21 with the real command, and beside each row a neighbour: another reader, tool, or stage."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from calling import commit, git
from functional.small import Small

ALONE = 'name = "small"\nplugins = ["dvc"]\n'
IMPATIENT = ALONE + "[dvc]\nwait_seconds = 1\n"
ONE = "stages:\n  a:\n    cmd: {cmd}\n    outs: [a.txt]\n"
SLOW = ONE.format(cmd="touch ../begun; sleep {seconds}; echo > a.txt")
LOCK = ".dvc/tmp/rwlock"


@pytest.fixture
def alone(empty_store: Path, tmp_path: Path) -> Small:
    """A repository in which only DVC is asked."""
    return Small(tmp_path / "small", empty_store, settings=ALONE)


@pytest.fixture
def below(empty_store: Path, tmp_path: Path) -> Small:
    """The same with the project in a folder of the Git repository."""
    return Small(tmp_path / "small", empty_store, sub="teams/delays", settings=ALONE)


def said(project: Small, *words: str, code: int, **env: str) -> str:
    done = project.call(*words, code=code, **env)
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


def pipeline(project: Small, text: str, **files: str) -> None:
    project.write({"dvc.yaml": text, **files})


@contextmanager
def other(project: Small, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Another command in the same workspace, once its step has begun."""
    argv = [sys.executable, "-P", "-m", *words]
    env = {**os.environ, **project.env}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    with subprocess.Popen(argv, cwd=project.project, env=env, **quiet) as child:
        _appears(project.project.parent / "begun")
        try:
            yield child
        finally:
            if child.poll() is None:
                os.killpg(child.pid, 9)


def _appears(path: Path) -> None:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.02)


def lock(project: Small, pid: int, command: str = "dvc repro") -> Path:
    file = project.project / LOCK
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        json.dumps({"write": {str(project.project / "a.txt"): {"pid": pid, "cmd": command}}, "read": {}})
    )
    return file


def test_f11_a_run_waits_for_another_with_a_line(alone: Small) -> None:
    """F11."""
    pipeline(alone, SLOW.format(seconds=2))
    with other(alone, "dvc", "repro", "-q") as child:
        told = said(alone, "develop", code=0)
    assert f"waiting for another run here: process {child.pid} (" in told
    assert "0 of 1 steps ran" in told


def test_f11_the_wait_ends_and_names_the_holder(alone: Small) -> None:
    """F11."""
    alone.write({"mlops-ext.toml": IMPATIENT})
    pipeline(alone, SLOW.format(seconds=30))
    with other(alone, "dvc", "repro", "-q") as child:
        told = said(alone, "develop", code=3)
        assert child.poll() is None
    assert f"another run holds this workspace: process {child.pid}" in told
    assert "wait_seconds" in told


def test_f11_neighbour_two_of_ours(alone: Small) -> None:
    """Neighbour of F11 by tool: the other one is `develop` itself, whose process is not called dvc."""
    pipeline(alone, SLOW.format(seconds=2))
    with other(alone, "mlops_ext", "develop") as child:
        told = said(alone, "develop", code=0)
        assert child.wait(20) == 0
    assert "waiting for another run here: process" in told


def test_f11_neighbour_a_command_that_locks_the_whole_project(alone: Small) -> None:
    """Neighbour of F11 by lock: `dvc add`, `pull` and such hold one file and write no number down."""
    alone.write({"mlops-ext.toml": IMPATIENT})
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    take = "import zc.lockfile as z, time; l = z.LockFile('.dvc/tmp/lock')"
    code = f"{take}; open('../begun', 'w'); time.sleep(60)"
    env = {**os.environ, **alone.env}
    holder = subprocess.Popen([sys.executable, "-c", code], cwd=alone.project, env=env)
    try:
        _appears(alone.project.parent / "begun")
        told = said(alone, "develop", code=3)
    finally:
        holder.kill()
        holder.wait()
    assert f"process {holder.pid}" in told
    assert "another run holds this workspace" in told
    assert "1 of 1 steps ran" in said(alone, "develop", code=0)


def test_f12_the_lock_of_a_dead_process_is_passed_and_said(alone: Small) -> None:
    """F12."""
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock(alone, dead.pid)
    told = said(alone, "develop", code=0)
    assert f"a run that was killed left a lock (process {dead.pid} (dvc repro))" in told
    assert "1 of 1 steps ran" in told


def test_f12_neighbour_a_number_that_another_program_has_now(alone: Small) -> None:
    """Neighbour of F12: the number lives again, in this container or seen from another one."""
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    file = lock(alone, os.getpid(), "/usr/bin/dvc repro train")
    told = said(alone, "develop", code=3)
    assert "another program" in told
    assert f"remove {file}" in told
    assert file.exists()


def test_f12_neighbour_a_dvc_in_another_folder_has_the_number(alone: Small, tmp_path: Path) -> None:
    """Neighbour of F12: the number lives again, and even as a DVC with the same words."""
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    twin = Small(tmp_path / "twin" / "repo", alone.project / "mlflow.db", settings=ALONE)
    pipeline(twin, SLOW.format(seconds=30))
    with other(twin, "dvc", "repro", "-q") as child:
        lock(alone, child.pid, "/usr/bin/dvc repro -q")
        told = said(alone, "develop", code=3)
    assert "another program" in told


def test_f12_neighbour_a_lock_file_that_says_nothing(alone: Small) -> None:
    """Neighbour of F12 by kind of lock: with `core.hardlink_lock` the file stays for a year."""
    alone.write({"mlops-ext.toml": IMPATIENT})
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    alone.dvc("config", "core.hardlink_lock", "true")
    code = "from dvc.repo import Repo; import os; r = Repo('.'); r.lock.lock(); os._exit(9)"
    alone.run(sys.executable, "-P", "-c", code, code=9)
    file = alone.project / ".dvc" / "tmp" / "lock"
    assert file.exists()
    assert f"remove {file}" in said(alone, "develop", code=3)
    file.unlink()
    assert "1 of 1 steps ran" in said(alone, "develop", code=0)


def test_f12_neighbour_integrate_reads_past_a_stale_lock(alone: Small) -> None:
    """Neighbour of F12 by stage: `integrate` asks `dvc status`."""
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    alone.call("develop")
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock(alone, dead.pid)
    assert "dvc.lock agrees" in said(alone, "integrate", "--only", "pipeline", "--verbose", code=0)


USES = "stages:\n  a:\n    cmd: cat {dep} > a.txt\n    deps: [{dep}]\n    outs: [a.txt]\n"


def tracked(project: Small, name: str = "data/raw.csv") -> None:
    project.write({name: "x\n1\n", "data/two.csv": "x\n2\n"})
    project.dvc("add", "-q", "data" if name.startswith("data/") else name)


def emptied(project: Small) -> None:
    shutil.rmtree(project.project / ".dvc" / "cache")
    shutil.rmtree(project.project / "data", ignore_errors=True)


def test_f13_data_that_is_nowhere_and_no_remote(alone: Small) -> None:
    """F13."""
    pipeline(alone, USES.format(dep="data/raw.csv"))
    tracked(alone)
    emptied(alone)
    told = said(alone, "develop", code=3)
    assert "no remote is configured" in told
    assert "data (" in told
    assert "`dvc push` where it was made" in told
    assert not (alone.project / "a.txt").exists()


def test_f13_neighbour_one_file_of_a_folder_is_on_no_remote(alone: Small, tmp_path: Path) -> None:
    """Neighbour of F13: the remote has the list of a folder, and not all that it lists."""
    pipeline(alone, USES.format(dep="data/raw.csv"))
    tracked(alone)
    remote = tmp_path / "remote"
    alone.dvc("remote", "add", "-q", "-d", "store", str(remote))
    alone.dvc("push", "-q")
    next(file for file in remote.rglob("*") if file.is_file() and file.read_bytes() == b"x\n2\n").unlink()
    emptied(alone)
    told = said(alone, "develop", code=3)
    assert "neither the cache nor the remote has data (" in told
    assert not (alone.project / "a.txt").exists()


def test_f13_neighbour_the_output_of_a_frozen_stage(alone: Small) -> None:
    """Neighbour of F13 by what tracks the data: no pointer, but `dvc.lock` of a stage that may not run."""
    text = (
        ONE.format(cmd="echo > a.txt")
        + "  b:\n    cmd: cp a.txt b.txt\n    deps: [a.txt]\n    outs: [b.txt]\n"
    )
    pipeline(alone, text)
    alone.call("develop")
    pipeline(alone, text.replace("  a:\n", "  a:\n    frozen: true\n"))
    for name in ("a.txt", "b.txt"):
        (alone.project / name).unlink()
    shutil.rmtree(alone.project / ".dvc" / "cache")
    told = said(alone, "develop", code=3)
    assert "the cache does not have a.txt" in told


def test_f13_neighbour_a_file_that_nothing_tracks(alone: Small) -> None:
    """Neighbour of F13: neither DVC nor a stage knows the dependency at all."""
    pipeline(alone, USES.format(dep="gone.csv"))
    told = said(alone, "develop", code=2)
    assert "gone.csv" in told
    assert "stages.a" in told


def test_f13_neighbour_data_that_is_imported_comes_from_where_it_was(alone: Small, tmp_path: Path) -> None:
    """Neighbour of F13 by kind of pointer: `dvc push` leaves imports out, so that no remote has them."""
    registry = Small(tmp_path / "registry" / "repo", alone.project / "mlflow.db", settings=ALONE)
    registry.write({"raw.csv": "x\n1\n"})
    registry.dvc("add", "-q", "raw.csv")
    commit(registry.root)
    pipeline(alone, USES.format(dep="raw.csv"))
    alone.dvc("import", "-q", str(registry.root), "raw.csv")
    alone.dvc("remote", "add", "-q", "-d", "store", str(tmp_path / "remote"))
    alone.dvc("push", "-q")
    emptied(alone)
    (alone.project / "raw.csv").unlink()
    assert "1 of 1 steps ran" in said(alone, "develop", code=0)

    emptied(alone)
    (alone.project / "raw.csv").unlink()
    shutil.rmtree(registry.root)
    told = said(alone, "develop", code=3)
    assert "raw.csv is imported, and DVC could not bring it from raw.csv of" in told
    assert "dvc pull raw.csv.dvc" in told


METRIC = "stages:\n  a:\n    cmd: cp in.{0} m.{0}\n    deps: [in.{0}]\n    metrics: [m.{0}]\n"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", '{"auc": NaN, "ok": 1}'),
        ("json", '{"auc": -Infinity, "ok": 1}'),
        ("yaml", "auc: .nan\nok: 1\n"),
        ("toml", "auc = inf\nok = 1\n"),
    ],
)
def test_f14_undefined_metrics_are_null_with_a_reason(alone: Small, kind: str, text: str) -> None:
    """F14; neighbours by reader: YAML and TOML, and infinity."""
    pipeline(alone, METRIC.format(kind), **{f"in.{kind}": text})
    told = said(alone, "develop", code=0)
    assert "auc undefined" in told
    assert "ok 1" in told


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", '{"test": {"auc": "0.91"}}'),
        ("yaml", "test: {auc: '0.91'}\n"),
        ("toml", '[test]\nauc = "91 %"\n'),
        ("json", '{"test": {"auc": "0,91"}}'),
    ],
)
def test_f15_a_metric_that_is_text_names_file_and_key(alone: Small, kind: str, text: str) -> None:
    """F15; neighbours by reader: YAML, TOML; by spelling: per cent and a decimal comma."""
    pipeline(alone, METRIC.format(kind), **{f"in.{kind}": text})
    told = said(alone, "develop", code=2)
    assert "is text" in told
    assert f"m.{kind}, key test.auc" in told


WORDS = '{"model": "forest", "at": "2013-01-01", "library": "1.2.3", "host": "10.0.0.1", "auc": 1}'


def test_f15_neighbour_words_beside_numbers_are_no_fault(alone: Small) -> None:
    """Neighbour of F15: what nobody could take for a number."""
    pipeline(alone, METRIC.format("json"), **{"in.json": WORDS})
    assert "auc 1" in said(alone, "develop", code=0)


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
    _appears(alone.project.parent / "begun")
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
