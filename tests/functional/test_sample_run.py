"""The whole pipeline on a sample: a right answer, and nothing of the team's is touched, whatever happens."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest
from calling import git
from functional.sampled import PIPELINE, SCRIPTS, SETTINGS, Sampled, make
from functional.small import Small

SLEEPS = """
import os, time
open("begun", "w").close()
time.sleep(60)
"""
# What another value shows as well; `make stress` has them all.
rare = partial(pytest.param, marks=pytest.mark.stress)
ABSOLUTE = "open('{root}/data/visits.csv', 'a').write('x')\n"


def test_passes_and_touches_nothing(sampled: Sampled) -> None:
    with sampled.untouched():
        report = sampled.sample(code=0)
    said = {check["name"]: check.get("message", "") for check in report["checks"]}
    assert said["data is shortened"] == "data/visits.csv: 62 of 600 rows"
    assert [(step["name"], step["how"], step.get("after", [])) for step in report["steps"]] == [
        ("prepare", "ran", []),
        ("train", "ran", ["prepare"]),
        ("evaluate", "ran", ["train"]),
    ]
    assert {check["status"] for check in report["checks"]} == {"pass"}
    assert not list((sampled.project / ".mlops-ext" / "samples").iterdir())


def test_a_question_that_nobody_put_is_not_asked(sampled: Sampled) -> None:
    settings = SETTINGS.replace("sample = { rows = 60 }\n", "")
    sampled.write({"mlops-ext.toml": settings})
    assert sampled.answers("integrate", "--only", "sample") == []
    sampled.write({"mlops-ext.toml": f"{settings}[integrate]\nsample = true\n"})
    assert sampled.sample(code=0)["checks"][0]["message"] == "data/visits.csv: 600 of 600 rows"
    sampled.write({"mlops-ext.toml": f'{settings}[integrate]\nask = ["sample"]\n'})
    assert sampled.sample(code=0)["looked_at"] == "3 of 3 steps on a sample"
    sampled.write({"mlops-ext.toml": f"{SETTINGS}[integrate]\nsample = false\n"})
    assert sampled.answers("integrate", "--only", "sample") == []


def test_a_failing_step_is_a_no_with_the_end_of_its_log(sampled: Sampled) -> None:
    token = "https://me:hunter2@example.org/x"
    sampled.write({"src/train.py": f"import sys\nprint('\\x1b[31mred')\nsys.exit('no way to {token}')\n"})
    with sampled.untouched():
        report = sampled.sample(code=1)
    (bad,) = [check for check in report["checks"] if check["status"] == "fail"]
    assert bad["name"] == "stage train runs on the sample"
    assert bad["message"].startswith("exited with 1: ")
    assert bad["message"].endswith("no way to https://***@example.org/x")
    assert "\x1b" not in bad["message"]
    assert bad["where"].startswith("stage train, log .mlops-ext/runs/")
    assert [step["how"] for step in report["steps"]] == ["ran", "failed", "not-reached"]


def test_a_step_that_somebody_killed_could_not_tell(sampled: Sampled) -> None:
    sampled.write({"src/train.py": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"})
    report = sampled.sample(code=3)
    assert [c["message"][:18] for c in report["checks"] if c["status"] == "error"] == ["was ended by KILL:"]


def test_data_that_is_nowhere_could_not_tell_and_the_way_out_is_said(sampled: Sampled) -> None:
    (sampled.project / "data/visits.csv").unlink()
    with sampled.untouched():
        sampled.sample(code=0)  # the cache has it
    for file in (sampled.project / ".dvc/cache/files").rglob("*"):
        if file.is_file() and file.read_text(errors="replace").startswith("id,minutes"):
            file.unlink()
    with sampled.untouched():
        fault = sampled.sample(code=3)["fault"]
    assert "data/visits.csv is neither here nor in the cache" in fault["what"]
    assert "dvc pull" in fault["hint"]


@pytest.mark.parametrize("kind", [rare("hardlink"), "symlink", rare("reflink,copy")])
def test_links_into_the_cache_are_not_written_through(small: Small, kind: str) -> None:
    small.dvc("config", "cache.type", kind)
    prepare = "import os\nos.chmod('data/visits.csv', 0o644)\nopen('data/visits.csv', 'a').write('x')\n"
    sampled = make(small)
    sampled.write({"src/prepare.py": SCRIPTS["src/prepare.py"] + prepare})
    with sampled.untouched():
        report = sampled.sample(code=1)
    (bad,) = [check for check in report["checks"] if check["status"] == "fail"]
    assert bad["message"] == "data/visits.csv was changed, which stage prepare reads"


def test_a_step_that_changes_what_another_made(sampled: Sampled) -> None:
    sampled.write({"src/train.py": SCRIPTS["src/train.py"] + "open('facts.json', 'a').write(' ')\n"})
    report = sampled.sample(code=1)
    (bad,) = [check for check in report["checks"] if check["status"] == "fail"]
    assert (bad["message"], bad["where"]) == (
        "facts.json was changed, which stage prepare makes",
        "stage train",
    )


def test_what_no_stage_declares_is_named_and_closes_nothing(sampled: Sampled) -> None:
    more = "open('side.csv', 'w').write('a')\nopen('quiet.log', 'w').write('a')\n"
    sampled.write({"src/train.py": SCRIPTS["src/train.py"] + more, ".gitignore": "*.log\n/.mlops-ext/\n"})
    report = sampled.sample(code=0)
    (bad,) = [check for check in report["checks"] if check["status"] == "fail"]
    assert (bad["message"], bad["severity"]) == ("no stage declares side.csv (stage train)", "warning")


@pytest.mark.parametrize("mode", [rare("a"), rare("r+"), "w"])
def test_a_script_can_not_write_to_the_workspace_by_an_absolute_path(sampled: Sampled, mode: str) -> None:
    code = f"open({str(sampled.project / 'data/visits.csv')!r}, {mode!r}).write('x')\n"
    sampled.write({"src/prepare.py": code})
    with sampled.untouched():
        report = sampled.sample(code=1)
    named = [check for check in report["checks"] if check["name"] == "the workspace is left alone"]
    assert [(check["message"], check["where"]) for check in named] == [
        ("it writes to data/visits.csv by its absolute path", "stage prepare")
    ]


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.remove({path!r})",
        "import os; os.replace({path!r}, 'x')",
        "import shutil; shutil.rmtree(os.path.dirname({path!r})) if (os := __import__('os')) else 0",
        "import pathlib; pathlib.Path({path!r}).write_text('')",
        "import sqlite3; sqlite3.connect({store!r}).execute('create table t (a int)')",
    ],
)
def test_other_ways_to_change_it_are_stopped_too(sampled: Sampled, code: str) -> None:
    path, store = str(sampled.project / "data/visits.csv"), str(sampled.project / "mlflow.db")
    sampled.write({"src/prepare.py": code.format(path=path, store=store) + "\n"})
    with sampled.untouched():
        report = sampled.sample(code=1)
    assert any(check["name"] == "the workspace is left alone" for check in report["checks"])


def test_a_shell_step_that_writes_to_the_workspace_is_told(sampled: Sampled) -> None:
    path = sampled.project / "data" / "notes.txt"
    path.write_text("mine\n")
    sampled.write(
        {"dvc.yaml": PIPELINE.replace("python src/train.py", f"python src/train.py && echo x >> {path}")}
    )
    report = sampled.sample(code=3)
    (bad,) = [check for check in report["checks"] if check["status"] == "error"]
    assert bad["message"] == "it changed during the sample run: data/notes.txt"
    assert bad["where"] == "stage train"


def test_git_in_a_step_works_on_the_clone(sampled: Sampled) -> None:
    git(sampled.root, "tag", "v1")
    acts = "git add -A && git commit -qm by-a-step && git tag -f v1 && git stash -q -u && git gc -q"
    cmd = f"{acts} && python src/train.py"
    sampled.write({"dvc.yaml": PIPELINE.replace("python src/train.py", cmd)})
    with sampled.untouched():
        sampled.sample(code=None)
    # In a hook Git says by variables which repository it is about.
    with sampled.untouched():
        sampled.sample(
            code=None, GIT_DIR=str(sampled.root / ".git"), GIT_INDEX_FILE=str(sampled.root / ".git/index")
        )
    assert "by-a-step" not in git(sampled.root, "log", "--all", "--format=%s")


def test_of_a_large_repository_objects_are_borrowed(sampled: Sampled, tmp_path: Path) -> None:
    other = tmp_path / "borrows"
    git(tmp_path, "clone", "-q", "--shared", str(sampled.root), str(other))
    for name in ("data/visits.csv", "mlflow.db"):
        (other / name).write_bytes((sampled.root / name).read_bytes())
    cmd = "git log --oneline | wc -l && python src/train.py"
    borrowing = Sampled(other)
    borrowing.write({"dvc.yaml": PIPELINE.replace("python src/train.py", cmd)})
    borrowing.call("integrate", "--only", "settings")
    with borrowing.untouched():
        report = borrowing.sample(code=0)
    assert [step["how"] for step in report["steps"]] == ["ran"] * 3


@pytest.mark.parametrize(
    "address", [rare(""), "http://me:hunter2@127.0.0.1:9", rare("sqlite:///{project}/mlflow.db")]
)
def test_scripts_with_calls_to_mlflow_write_to_a_store_of_the_run(sampled: Sampled, address: str) -> None:
    address = address.format(project=sampled.project)
    code = f"""
import os, mlflow
assert os.environ["MLOPS_SAMPLE"] == "1"
if {address!r}:
    mlflow.set_tracking_uri({address!r})
mlflow.set_experiment("by the script")
with mlflow.start_run():
    mlflow.log_metric("m", 1)
    mlflow.log_text("x", "note.txt")
assert "/samples/" in mlflow.get_tracking_uri()
"""
    sampled.write({"src/train.py": SCRIPTS["src/train.py"] + code})
    with sampled.untouched():
        report = sampled.sample(code=0)
    said = [check["message"] for check in report["checks"] if "tracking store" in check["name"]]
    shown = address.replace("me:hunter2", "***")
    wanted = f"stage train asks for {shown}; MLflow wrote to a store of the run"
    assert said == ([wanted] if address else [])


@pytest.mark.parametrize("number", [signal.SIGINT, rare(signal.SIGTERM), signal.SIGKILL])
def test_killed_half_way_nothing_is_touched_and_the_next_one_clears_up(sampled: Sampled, number: int) -> None:
    sampled.write({"src/train.py": SLEEPS})
    samples = sampled.project / ".mlops-ext" / "samples"
    with sampled.untouched():
        child = sampled.start("integrate", "--only", "sample")
        _wait_for(lambda: list(samples.glob("*/tree/begun")))
        os.kill(child.pid, number)
        child.communicate(timeout=30)
        _wait_for(lambda: not sampled.processes())
    assert child.returncode == (-9 if number == signal.SIGKILL else 130)
    assert bool(list(samples.glob("*"))) == (number == signal.SIGKILL)
    sampled.write({"src/train.py": SCRIPTS["src/train.py"]})
    sampled.sample(code=0)
    assert not list(samples.glob("*"))


def _wait_for(done: object) -> None:
    until = time.monotonic() + 60
    while not done():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.05)
