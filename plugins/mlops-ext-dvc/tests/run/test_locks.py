from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dvc_run_desk import make_context
from dvc_run_repo import sh, write

from mlops_ext.contract.pipeline import Source
from mlops_ext.errors import CouldNotTellError, DeadlineError
from mlops_ext_dvc import hooks

SLOW = """
stages:
  slow:
    cmd: python slow.py
    outs: [slow.txt]
"""
SCRIPT = """
import time, subprocess
subprocess.Popen(['sleep', '307'])
open('begun', 'w')
time.sleep({})
open('slow.txt', 'w').write('x')
"""


def run(context):
    source = Source(kind="workspace", path=str(context.root))
    return hooks.mlops_run_pipeline(context=context, source=source, params=(), causes=())


def wait_for(path: Path) -> None:
    until = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def children(folder: Path) -> list[str]:
    """Processes that run in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "cwd") == str(folder):
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                found += [(entry / "cmdline").read_text()] if state not in "ZX" else []
        except OSError:
            continue
    return found


@pytest.fixture
def slow(bare):
    write(bare, {"dvc.yaml": SLOW, "slow.py": SCRIPT.format(3)})
    return bare


@pytest.fixture
def other(slow):
    child = subprocess.Popen([sys.executable, "-P", "-m", "dvc", "repro", "-q"], cwd=slow)
    wait_for(slow / "begun")
    yield child
    child.kill()
    child.wait()
    for pid in [p for p in map(int, filter(str.isdigit, os.listdir("/proc"))) if _runs_in(p, slow)]:
        os.kill(pid, signal.SIGKILL)


def _runs_in(pid: int, folder: Path) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(folder)
    except OSError:
        return False


def test_a_run_waits_for_another_one_and_says_for_whom(slow, other):
    context = make_context(slow)

    result = run(context)

    assert result.status == "finished"
    assert any(f"process {other.pid}" in message for message in context.desk.said)


def test_the_wait_is_bounded_and_the_holder_named(slow, other):
    context = make_context(slow, dvc={"wait_seconds": 0.5})

    with pytest.raises(CouldNotTellError, match=f"process {other.pid}") as caught:
        run(context)

    assert "rwlock" in caught.value.where
    assert context.desk.trackers == []
    assert other.poll() is None


def test_the_lock_of_a_dead_process_is_told_and_passed(slow):
    dead = subprocess.Popen(["true"])
    dead.wait()
    _lock(slow, dead.pid, "dvc repro")
    context = make_context(slow)

    assert run(context).status == "finished"
    assert any("was killed" in message for message in context.desk.said)


def test_a_number_that_is_another_program_now_is_not_guessed_about(slow):
    _lock(slow, os.getppid(), "/elsewhere/dvc repro --of-another-container")

    with pytest.raises(CouldNotTellError, match="another program") as caught:
        run(make_context(slow))

    assert "remove" in caught.value.hint


@pytest.mark.parametrize("left", ["", '{"write": {"/some'])
def test_a_list_of_locks_that_a_killed_dvc_left_torn_is_told_and_passed(slow, left):
    (slow / ".dvc" / "tmp").mkdir(exist_ok=True)
    (slow / ".dvc" / "tmp" / "rwlock").write_text(left)
    context = make_context(slow)

    assert run(context).status == "finished"
    assert any("half written" in message for message in context.desk.said)


def test_a_torn_list_is_left_where_a_dvc_lives_that_may_write_it(slow, other):
    file = slow / ".dvc" / "tmp" / "rwlock"
    file.write_text("")

    with pytest.raises(CouldNotTellError, match="can't be read") as caught:
        run(make_context(slow, dvc={"wait_seconds": 0.5}))

    assert str(file) in caught.value.hint
    assert file.exists()


def _lock(root: Path, pid: int, cmd: str) -> None:
    (root / ".dvc" / "tmp").mkdir(exist_ok=True)
    body = {"write": {str(root / "slow.txt"): {"pid": pid, "cmd": cmd}}, "read": {}}
    (root / ".dvc" / "tmp" / "rwlock").write_text(json.dumps(body))


def test_nothing_of_a_run_outlives_its_deadline(bare):
    write(bare, {"dvc.yaml": SLOW, "slow.py": SCRIPT.format(300)})
    context = make_context(bare, seconds=4.0)

    with pytest.raises(DeadlineError):
        run(context)

    assert children(bare) == []
    assert context.desk.trackers[0].finished[0].status == "killed"


def test_a_killed_run_leaves_no_process_and_the_next_one_repairs(bare, tmp_path):
    write(bare, {"dvc.yaml": SLOW, "slow.py": SCRIPT.format(300)})
    program = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path; from dvc_run_desk import make_context\n"
        "from mlops_ext.contract.pipeline import Source; from mlops_ext_dvc import hooks\n"
        "c = make_context(Path(sys.argv[1]))\n"
        "source = Source(kind='workspace', path=sys.argv[1])\n"
        "hooks.mlops_run_pipeline(context=c, source=source, params=(), causes=())"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(bare), str(Path(__file__).parent)])
    wait_for(bare / "begun")

    child.kill()
    child.wait()

    until = time.monotonic() + 10
    while children(bare) and time.monotonic() < until:
        time.sleep(0.1)
    assert children(bare) == []
    write(bare, {"slow.py": SCRIPT.format(0)})
    assert run(make_context(bare)).status == "finished"
    assert "slow.txt" not in sh(bare, "git", "status", "--porcelain").stdout
