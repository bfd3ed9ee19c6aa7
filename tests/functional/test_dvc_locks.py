"""F11 and F12 with the real command: who holds a workspace, and what a killed run left there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from functional.alone import ALONE, ONE, appears, pipeline, said
from functional.small import Small

IMPATIENT = ALONE + "[dvc]\nwait_seconds = 1\n"
SLOW = ONE.format(cmd="touch ../begun; sleep {seconds}; echo > a.txt")
LOCK = ".dvc/tmp/rwlock"


@contextmanager
def other(project: Small, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Another command in the same workspace, once its step has begun."""
    argv = [sys.executable, "-P", "-m", *words]
    env = {**os.environ, **project.env}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    with subprocess.Popen(argv, cwd=project.project, env=env, **quiet) as child:
        appears(project.project.parent / "begun")
        try:
            yield child
        finally:
            if child.poll() is None:
                os.killpg(child.pid, 9)


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
        appears(alone.project.parent / "begun")
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
