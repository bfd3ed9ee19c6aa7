"""The tool environment: made once from this commit's files and locks, offline from wheels, never half."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from acting.runner import TOOLS, Act
from calling import commit, git

from actions.bench import OURS, ROOT, Bench, uses

WHEELS = ROOT / ".build" / "wheelhouse"
START = ROOT / "github-actions" / "start.py"
SETTINGS = 'name = "small"\nplugins = []\nintegrate.tests = []\n'


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a runner gives to a step, with a tool cache that the tests of this file share."""
    folder = tmp_path_factory.mktemp("runner")
    return {
        "PATH": _bare(folder),
        "HOME": str(folder),
        "GITHUB_ACTIONS": "true",
        "RUNNER_TOOL_CACHE": str(folder / "tools"),
        "RUNNER_TEMP": str(folder),
        "INPUT_INSTALL": "wheelhouse",
        "INPUT_WHEELHOUSE": str(WHEELS),
    }


def _bare(folder: Path) -> str:
    """A PATH with a Python that has none of our tools, as actions/setup-python brings one."""
    (folder / "bin").mkdir()
    for name, place in (("python3", f"{sys.base_prefix}/bin/python3"), ("node", shutil.which("node"))):
        if place:
            (folder / "bin" / name).symlink_to(place)
    return os.pathsep.join([str(folder / "bin"), "/usr/bin", "/bin"])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A repository that names no plugin."""
    root = tmp_path / "small"
    root.mkdir()
    (root / "mlops-ext.toml").write_text(SETTINGS)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def start(root: Path, action: str, env: dict[str, str], **more: str) -> subprocess.CompletedProcess[str]:
    """One step, as the runner starts it."""
    return subprocess.run(
        ["python3", "-I", str(START), action],
        cwd=root,
        env={**env, **more},
        capture_output=True,
        text=True,
        timeout=120,
    )


def _elsewhere(runner: dict[str, str], folder: Path) -> dict[str, str]:
    tools, wheels = folder / "tools", folder / "wheels"
    return {**runner, "RUNNER_TOOL_CACHE": str(tools), "INPUT_WHEELHOUSE": str(wheels)}


def made(env: dict[str, str]) -> list[Path]:
    """The environments of the tool cache."""
    return sorted(path for path in Path(env["RUNNER_TOOL_CACHE"], "mlops-ext").glob("*") if path.is_dir())


def test_from_wheels_without_a_network(small: Path, tmp_path: Path, checkout: Path, no_network: None) -> None:
    """By a commit, from a checkout, and in two steps: one environment, and nothing but the command."""
    for name in ("github-actions", "mlops_ext"):
        shutil.copytree(checkout / name, small / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(checkout / name, small / name)
    offline = {"install": "wheelhouse", "wheelhouse": str(WHEELS)}
    look = 'command -v mlops-ext; ls "$(dirname "$(command -v mlops-ext)")"; echo "$VIRTUAL_ENV"'
    jobs: dict[str, list[dict[str, Any]]] = {
        "fetched": [{"id": "it", "uses": OURS.format("integrate"), "with": offline}],
        "local": [{"id": "it", "uses": "./github-actions/integrate", "with": offline}],
        "setup": [
            {"uses": OURS.format("setup"), "with": offline},
            {"run": f"mlops-ext integrate --only settings; {look}"},
        ],
    }
    bench = Bench(root=small, store=tmp_path / "store", act=Act(tmp_path / "acting", checkout), path="")
    ran = bench.run(jobs, everywhere={"PATH": _bare(tmp_path), "PYTHONPATH": ""})
    assert ran.results == dict.fromkeys(jobs, "success"), ran.log
    assert ran.outputs("it", job="fetched")["verdict"] == "pass"
    assert ran.outputs("it", job="local")["verdict"] == "pass"
    assert ran.log_of("setup").endswith(f"/commands/mlops-ext\nmlops-ext\n{sys.base_prefix}\n"), ran.log
    kept = list(tmp_path.glob("acting/act-0/cache/tool_cache/mlops-ext/*/complete"))
    assert len(kept) == 1


@pytest.mark.stress
def test_an_environment_is_found_again_and_a_half_one_is_made_anew(
    small: Path, runner: dict[str, str]
) -> None:
    assert start(small, "integrate", runner).returncode == 0
    [place] = made(runner)
    before = (place / "complete").stat().st_mtime_ns
    assert start(small, "integrate", runner).returncode == 0
    assert (place / "complete").stat().st_mtime_ns == before
    (place / "complete").unlink()
    shutil.rmtree(place / "bin")
    assert start(small, "integrate", runner).returncode == 0
    assert made(runner) == [place]


@pytest.mark.stress
def test_two_jobs_at_once_make_one(small: Path, runner: dict[str, str], tmp_path: Path) -> None:
    env = {**runner, "RUNNER_TOOL_CACHE": str(tmp_path / "tools")}
    started = [
        subprocess.Popen(
            ["python3", "-I", str(START), "setup"], cwd=small, env=env, stdout=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    assert [one.wait(timeout=120) for one in started] == [0, 0]
    assert len(made(env)) == 1


@pytest.mark.stress
def test_what_is_not_in_the_wheelhouse_could_not_be_told(
    small: Path, runner: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "wheels").mkdir()
    out = tmp_path / "output"
    env = {
        **runner,
        "RUNNER_TOOL_CACHE": str(tmp_path / "tools"),
        "INPUT_WHEELHOUSE": str(tmp_path / "wheels"),
    }
    done = start(small, "integrate", env, GITHUB_OUTPUT=str(out))
    assert done.returncode == 3
    assert "verdict=error" in out.read_text()
    assert "::error::pip install ended with 1" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.stress
def test_a_wheel_that_was_changed_is_not_installed(
    small: Path, runner: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(WHEELS, tmp_path / "wheels")
    [click] = (tmp_path / "wheels").glob("click-*.whl")
    with click.open("ab") as file:
        file.write(b"more")
    env = {
        **runner,
        "RUNNER_TOOL_CACHE": str(tmp_path / "tools"),
        "INPUT_WHEELHOUSE": str(tmp_path / "wheels"),
    }
    done = start(small, "integrate", env)
    assert done.returncode == 3
    assert "DO NOT MATCH THE HASHES" in done.stdout + done.stderr


@pytest.mark.stress
def test_the_team_s_own_lock_and_index_and_project_environment(
    small: Path, runner: dict[str, str], tmp_path: Path
) -> None:
    """A private index by environment (here: a folder), in a secret of the step."""
    lock = (ROOT / "github-actions/locks/host.lock").read_text()
    (small / "tools.lock").write_text(lock)
    (small / "requirements.txt").write_text("rfc8785\n")
    env = {name: value for name, value in runner.items() if name != "INPUT_WHEELHOUSE"}
    env |= {"RUNNER_TOOL_CACHE": str(tmp_path / "tools"), "INPUT_INSTALL": "requirements"}
    env |= {"INPUT_REQUIREMENTS": "tools.lock", "INPUT_PROJECT_REQUIREMENTS": "requirements.txt"}
    env |= {"INPUT_TARGET": "test", "PIP_NO_INDEX": "1", "INPUT_ENVIRONMENT": f"PIP_FIND_LINKS={WHEELS}"}
    done = start(small, "deliver", env)
    # There is no such target; but both environments are there, and the command was asked.
    assert done.returncode == 2, done.stdout + done.stderr
    assert "keeps records" in done.stderr
    assert len(made(env)) == 2


@pytest.mark.stress
def test_a_lock_that_lacks_something_is_said(small: Path, runner: dict[str, str], tmp_path: Path) -> None:
    blocks = (ROOT / "github-actions/locks/host.lock").read_text().split("\nmsgspec==")
    (small / "tools.lock").write_text(blocks[0] + "\n")
    env = {**runner, "RUNNER_TOOL_CACHE": str(tmp_path / "tools"), "INPUT_REQUIREMENTS": "tools.lock"}
    done = start(small, "integrate", env)
    assert done.returncode == 2
    assert "`requirements` must hold all" in done.stdout
    assert "msgspec" in done.stdout
    assert made(env) == [] or not (made(env)[0] / "complete").exists()


@pytest.mark.parametrize(
    ("is_so", "were_it_not", "said"),
    [
        ("sys.version_info < (3, 11)", "sys.version_info < (4, 0)", "needs Python 3.11 or newer"),
        ('os.name != "posix"', 'os.name != "nt"', "runs on Linux and macOS"),
    ],
)
def test_what_a_runner_lacks_is_said(is_so: str, were_it_not: str, said: str) -> None:
    text = START.read_text()
    assert is_so in text
    words = [sys.executable, "-I", "-c", text.replace(is_so, were_it_not)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout.startswith("::error::")
    assert said in done.stdout
    assert not done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a folder to somebody else")
def test_a_workspace_of_another_user_is_read(bench: Bench, tmp_path: Path) -> None:
    """As in a job's container, where the runner's user made the checkout."""
    commit(bench.root)
    for path in (bench.root, *bench.root.rglob("*")):
        os.chown(path, 12345, 12345, follow_symlinks=False)
    env = {
        "BENCH": str(bench.store),
        "PYTHONPATH": bench.path,
        "INPUT_INSTALL": "none",
        "HOME": str(tmp_path),
    }
    env |= {"PATH": f"{TOOLS}:/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path), "GIT_CONFIG_COUNT": "1"}
    env |= {"GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "somebody"}
    assert start(bench.root, "integrate", env).returncode == 3
    done = start(bench.root, "integrate", env, GITHUB_WORKSPACE=str(bench.root))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_cancelled_step_reaches_the_command_itself(bench: Bench, tmp_path: Path) -> None:
    """The runner signals the step's first process: by then that is the command, and no shell."""
    steps = [uses("integrate")]
    bench.run({"job": steps})
    env = {"BENCH": str(bench.store), "PYTHONPATH": bench.path, "INPUT_INSTALL": "none"}
    env |= {"PATH": f"{TOOLS}:/usr/bin:/bin", "HOME": str(tmp_path), "RUNNER_TEMP": str(tmp_path)}
    env |= {"MOOD_IN": "integrate", "MOOD": "wait", "BENCH_READY": str(tmp_path / "ready")}
    script = f'exec python3 -I "{START}" integrate'
    step = subprocess.Popen(["bash", "-e", "-c", script], cwd=bench.root, env=env, stderr=subprocess.PIPE)
    try:
        _appears(tmp_path / "ready", step)
        assert int((tmp_path / "ready").read_text()) == step.pid
        step.send_signal(signal.SIGINT)
        assert step.wait(timeout=5) == 130
    finally:
        step.kill()
        step.communicate()


@pytest.mark.stress
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_step_that_is_cancelled_while_it_installs_leaves_nothing_running(
    small: Path, runner: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    """An index that takes the question and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as index:
        index.settimeout(60)
        address = f"http://127.0.0.1:{index.getsockname()[1]}/simple"
        env = {**runner, "RUNNER_TOOL_CACHE": str(tmp_path), "INPUT_INSTALL": "requirements"}
        step = subprocess.Popen(
            ["python3", "-I", str(START), "integrate"], cwd=small, env={**env, "PIP_INDEX_URL": address}
        )
        try:
            asked, _ = index.accept()
            with asked:
                asked.settimeout(5)
                step.send_signal(number)
                assert step.wait(timeout=5) == 130
                # pip's end of the line is closed once it is gone.
                while asked.recv(4096):
                    pass
        finally:
            step.kill()
            step.wait()


def _appears(path: Path, step: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not path.exists() or not path.read_text():
        assert step.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
