"""Delivering to a folder: beside the last one, whole or not at all, whenever it is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from mlops_ext import durable
from mlops_ext.contract.checks import FAIL, PASS
from mlops_ext.contract.settings import LimitSettings, Settings, TargetSettings
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_dvc.packages import tarball
from mlops_ext_dvc.packages.package import package
from mlops_ext_dvc.targets import folder
from mlops_ext_dvc.targets.trees import tree_digest


def deliver(project, revision="HEAD", name="test", **changes):
    context = project.context(**changes)
    return folder.deploy(context, package(context, revision), project.target(name))


def state(target_path):
    """What must be the same after a kill and a second call as after an undisturbed one."""
    releases = {}
    for release in sorted(target_path.glob("releases/*")):
        releases[release.name] = {
            "marker": json.loads((release / "complete.json").read_text())
            if (release / "complete.json").exists()
            else None,
            "tree": tree_digest(release / "pipeline"),
            "names": sorted(path.name for path in release.iterdir()),
            "runs": sorted(path.name for path in (release / "runs").iterdir()),
        }
    links = {
        name: (target_path / name).readlink()
        for name in ("current", "previous")
        if (target_path / name).is_symlink()
    }
    return {
        "releases": releases,
        "links": links,
        "names": sorted(path.name for path in target_path.iterdir()),
    }


def test_a_delivered_package_is_what_is_observed(project):
    context = project.context()
    target = project.target()
    assert folder.observe(context, target) is None
    made = package(context, "HEAD")
    done = folder.deploy(context, made, target)
    assert folder.observe(context, target) == done
    assert (done.status, done.subject.digest, done.kind) == ("ready", made.digest, "folder")
    tree = Path(done.path)
    assert tree == Path(target.path) / "releases" / made.digest[7:23] / "pipeline"
    assert (tree / "src/train.py").read_text() == (project.root / "src/train.py").read_text()
    assert not (tree / ".dvc/config.local").exists()
    asked = subprocess.run(
        [done.python, "-c", "import sys, tiny_dep; print(tiny_dep.WORD, sys.prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.split() == ["tiny", str(tree.parent / "venv")]


def test_the_data_comes_along_from_the_remote(project):
    shutil.rmtree(project.root / ".dvc/cache")
    done = deliver(project)
    marker = json.loads((Path(done.path).parent / "complete.json").read_text())
    assert marker["data"] == "remote store"
    assert list((project.home / "test" / "cache").rglob("*/*"))


def test_the_data_comes_along_from_the_projects_cache(project):
    project.dvc("remote", "remove", "store")
    project.commit("no remote")
    done = deliver(project)
    marker = json.loads((Path(done.path).parent / "complete.json").read_text())
    assert marker["data"] == "the project's cache on this machine"
    shutil.rmtree(project.root / ".dvc/cache")
    assert folder.observe(project.context(), project.target()).status == "ready"


def test_a_login_of_the_project_is_kept_nowhere_on_the_target(project):
    project.dvc("remote", "modify", "--local", "store", "verify", "true")
    with (project.root / ".dvc/config.local").open("a") as file:
        file.write("['remote \"far\"']\n    url = https://example.org/x\n    password = geheim\n")
    shutil.rmtree(project.root / ".dvc/cache")
    done = deliver(project)
    kept = [path for path in (project.home / "test").rglob("*") if path.is_file() and not path.is_symlink()]
    assert Path(done.path).parent / "config.local" in kept
    assert not [path for path in kept if b"geheim" in path.read_bytes()]


def test_outputs_that_nobody_pushed_are_made_again(project):
    shutil.rmtree(project.root / ".dvc/cache")
    pointer = (project.root / "data/rows.csv.dvc").read_text()
    for file in [path for path in (project.root.parent / "remote").rglob("*") if path.is_file()]:
        if file.parent.name + file.name not in pointer:
            file.unlink()
    done = deliver(project)
    said = json.loads((Path(done.path).parent / "complete.json").read_text())["data"]
    assert said == "remote store; made again when it runs: model.txt"


def test_without_the_data_nothing_is_delivered(project):
    shutil.rmtree(project.root / ".dvc/cache")
    shutil.rmtree(project.root.parent / "remote")
    with pytest.raises(CouldNotTellError, match="data of the package"):
        deliver(project)
    assert folder.observe(project.context(), project.target()) is None


def test_a_then_b_then_a_ends_with_a_and_makes_nothing_again(project):
    first = deliver(project)
    project.commit("second", **{"note.txt": "b"})
    second = deliver(project)
    assert second.previous == first.subject.digest
    made = Path(first.python).lstat().st_ctime_ns
    third = deliver(project, "HEAD~1")
    assert third.subject == first.subject
    assert third.previous == second.subject.digest
    assert folder.observe(project.context(), project.target()).subject == first.subject
    assert Path(first.python).lstat().st_ctime_ns == made


def test_twice_is_once(project):
    first = deliver(project)
    before = state(project.home / "test")
    assert deliver(project) == first
    assert state(project.home / "test") == before


def test_a_failing_smoke_run_leaves_the_target_as_it_is(project):
    first = deliver(project)
    project.commit("broken", **{"src/train.py": "raise SystemExit(7)\n"})
    with pytest.raises(RefusedError, match="train"):
        deliver(project)
    assert folder.observe(project.context(), project.target()) == first
    project.commit("mended", **{"src/train.py": (Path(first.path) / "src/train.py").read_text() + "\n"})
    assert deliver(project).previous == first.subject.digest


def test_a_lock_that_can_not_be_installed_leaves_the_target_as_it_is(project):
    first = deliver(project)
    project.commit("newer", **{"requirements.txt": "tiny-dep==2.0\n"})
    with pytest.raises(CouldNotTellError, match="tiny-dep"):
        deliver(project)
    assert folder.observe(project.context(), project.target()) == first


def test_bytes_that_are_not_the_packages_are_not_delivered(project):
    context = project.context()
    made = package(context, "HEAD")
    with Path(made.path).open("ab") as file:
        file.write(b"\0" * 512)
    with pytest.raises(CouldNotTellError, match="not the one that was tested"):
        folder.deploy(context, made, project.target())
    assert folder.observe(context, project.target()) is None


@pytest.mark.parametrize("damage", ["venv", "complete.json", "pipeline/src/train.py", "pipeline/new.txt"])
def test_damage_is_seen_and_mended(project, damage):
    done = deliver(project)
    release = Path(done.path).parent
    (release / "runs" / "earlier").mkdir()
    broken = release / damage
    if broken.is_dir():
        shutil.rmtree(broken)
    elif damage.endswith("new.txt"):
        broken.write_text("not in the package")
    else:
        broken.unlink()
    said = []
    seen = folder.observe(project.context(say=said.append), project.target())
    assert seen.status == "degraded"
    assert "degraded" in said[0]
    assert deliver(project).status == "ready"
    assert folder.observe(project.context(), project.target()) == done
    assert (release / "runs" / "earlier").is_dir()


def test_a_step_that_leaves_nothing_on_the_sample_is_not_delivered(project):
    project.commit("empty", **{"src/train.py": "open('model.txt', 'w').close()\n"})
    with pytest.raises(RefusedError, match=r"model\.txt is empty: it has 0 bytes") as caught:
        deliver(project)
    assert caught.value.where == "stage train, model.txt"
    assert not (Path(project.target().path) / "current").exists()


def test_a_link_to_nothing_is_degraded(project):
    done = deliver(project)
    shutil.rmtree(Path(done.path).parent)
    assert folder.observe(project.context(), project.target()).status == "degraded"
    assert deliver(project).subject == done.subject


class Steps:
    """Counts durable steps by kind, and kills the process at one of them."""

    def __init__(self, monkeypatch):
        self.real = durable.step
        self.kinds = []
        self.stop = 0
        monkeypatch.setattr(durable, "step", self.step)

    def step(self, kind, act, *args, **kwargs):
        self.kinds.append(kind)
        if len(self.kinds) == self.stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.real(kind, act, *args, **kwargs)

    def watch(self, stop=0):
        self.kinds, self.stop = [], stop


def in_a_child(act, *args):
    """The signal that ended a child of ours in which `act` ran; 0 when it came to its end."""
    child = os.fork()
    if child == 0:
        try:
            act(*args)
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def every(kinds):
    return list(range(1, len(kinds) + 1))


def ends_of_each_kind(kinds):
    numbers = every(kinds)
    first = {kind: kinds.index(kind) + 1 for kind in kinds}
    last = dict(zip(kinds, numbers, strict=True))
    return sorted({*first.values(), *last.values()})


@pytest.mark.parametrize("chosen", [ends_of_each_kind, pytest.param(every, marks=pytest.mark.stress)])
def test_killed_at_a_step_and_run_again_ends_the_same(project, monkeypatch, chosen):
    context = project.context()
    deliver(project)
    rows = "x,y\n" + "".join(f"{n},{n % 2}\n" for n in range(60))
    project.write({"data/rows.csv": rows})
    project.dvc("add", "-q", "data/rows.csv")
    project.commit("second")
    made = package(context, "HEAD")
    target = Path(project.target().path)
    start = target.with_name("start")
    shutil.copytree(target, start, symlinks=True)
    steps = Steps(monkeypatch)

    def deploy_anew(stop):
        shutil.rmtree(target)
        shutil.copytree(start, target, symlinks=True)
        steps.watch(stop)
        return folder.deploy(context, made, project.target())

    undisturbed = deploy_anew(0)
    wanted, kinds = state(target), list(steps.kinds)
    assert {"write", "store", "link"} <= set(kinds)
    for number in chosen(kinds):
        assert in_a_child(deploy_anew, number) == signal.SIGKILL
        steps.watch()
        assert folder.observe(context, project.target()).status == "ready", "what is current is always whole"
        done = folder.deploy(context, made, project.target())
        assert structs.replace(done, started="") == structs.replace(undisturbed, started="")
        assert state(target) == wanted, f"killed at step {number} of {kinds}"
    print(f"{len(kinds)} steps: {' '.join(kinds)}")


def test_two_at_once_take_turns(project):
    context = project.context()
    first, second = package(context, "HEAD"), package(context, project_second(project))
    ends = []

    def go(made):
        ends.append(folder.deploy(context, made, project.target()).subject.digest)

    threads = [threading.Thread(target=go, args=(made,)) for made in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == sorted([first.digest, second.digest])
    seen = folder.observe(context, project.target())
    assert (seen.status, seen.subject.digest, seen.previous) == ("ready", ends[1], ends[0])


def project_second(project):
    return project.commit("second", **{"note.txt": "b"})


HOLD = """
import sys, time
from pathlib import Path
from mlops_ext_dvc.targets.turn import turn
with turn(Path(sys.argv[1]), 1):
    print("held", flush=True)
    time.sleep(60)
"""


def test_who_holds_the_target_is_named_and_a_dead_holder_holds_nothing(project):
    made = package(project.context(), "HEAD")
    target = project.target()
    holder = subprocess.Popen([sys.executable, "-c", HOLD, target.path], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout.readline() == "held\n"
        late = project.context(deadline=time.monotonic() + 0.5)
        with pytest.raises(CouldNotTellError, match=f"process {holder.pid}"):
            folder.deploy(late, made, target)
        holder.kill()
    assert folder.deploy(project.context(), made, target).status == "ready"


def test_a_project_below_its_dvc_folder(project):
    project.commit("sub", **{"part/requirements.txt": "tiny-dep==1.0\n"})
    done = deliver(project, root=project.root / "part")
    assert Path(done.path).name == "part"
    assert folder.observe(project.context(), project.target()) == done


def test_nothing_is_unpacked_outside(tmp_path):
    import io
    import tarfile

    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        member = tarfile.TarInfo("../outside.txt")
        member.size = 1
        tar.addfile(member, io.BytesIO(b"x"))
    with pytest.raises(tarfile.FilterError):
        tarball.unpack(evil, tmp_path / "inside")
    assert not (tmp_path / "outside.txt").exists()


def check(project, made=None, **limits):
    settings = Settings(plugins=("dvc",), targets={"test": TargetSettings(limits=LimitSettings(**limits))})
    context = replace(project.context(), settings=settings)
    report = folder.check_target(context, made or package(context, "HEAD"), project.target())
    assert report.question == "target"
    return {check.name: check for check in report.checks}


def test_a_machine_that_has_what_is_needed(project):
    checks = check(project, memory_mb=16, disk_mb=1)
    assert {name: found.status for name, found in checks.items()} == {
        "interpreter": PASS,
        "folder": PASS,
        "disk": PASS,
        "memory": PASS,
    }


def test_a_machine_that_is_too_small(project):
    checks = check(project, memory_mb=1 << 40, disk_mb=1 << 40)
    assert (checks["disk"].status, checks["memory"].status) == (FAIL, FAIL)
    assert checks["disk"].limit == 1 << 40


def test_a_python_that_is_not_there(project):
    made = structs.replace(package(project.context(), "HEAD"), python="3.4")
    found = check(project, made)["interpreter"]
    assert found.status == FAIL
    assert "3.4" in found.message
    assert found.hint


def test_other_subjects_and_kinds_are_not_our_business(project):
    made = package(project.context(), "HEAD")
    other = structs.replace(project.target(), kind="local-service")
    assert folder.check_target(project.context(), made, other) is None
    assert folder.deploy(project.context(), made, other) is None
    assert folder.observe(project.context(), other) is None
