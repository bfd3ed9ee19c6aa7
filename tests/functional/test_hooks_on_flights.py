"""The hooks of this checkout on the flights example, by both runners: `try-repo`, and times."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from calling import commit, git
from functional.tracked import look
from projects.make import ROOT

RUNNERS = ("pre-commit", "prek")
BUILD = ROOT / ".build" / "flights"
DEMO = ROOT / "docs" / "examples" / "flights_demo"
MAKE = "import sys, pandas; sys.path.insert(0, {demo!r}); import make_repository as made; "
MAKE += (
    "made.make_repository(*map(made.Path, sys.argv[1:3]), pandas.Timestamp('2013-01-20', tz='UTC'), 'dvc')"
)
QUICK = 0.5


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with a few weeks of flights, run once and committed."""
    place = tmp_path_factory.mktemp("flights") / "demo"
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": tools, "DVC_NO_ANALYTICS": "1", "DVC_SITE_CACHE_DIR": str(place / "site")}
    words = [sys.executable, "-c", MAKE.format(demo=str(DEMO)), BUILD / "flights.parquet", place]
    subprocess.run(words, env=env, check=True, capture_output=True)
    env["PATH"] = f"{BUILD / 'venv' / 'bin'}{os.pathsep}{tools}"
    subprocess.run(["dvc", "repro", "-q"], cwd=place / "flights", env=env, check=True, capture_output=True)
    commit(place / "flights")
    return place


class Flights:
    """A copy of it, and a runner with a home of its own."""

    def __init__(self, place: Path, runner: str) -> None:
        self.root, self.runner = place / "flights", runner
        self.env = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "DVC_SITE_CACHE_DIR": str(place / "site"),
            "PRE_COMMIT_HOME": str(place / "runner"),
            "PREK_HOME": str(place / "runner"),
            "DVC_NO_ANALYTICS": "1",
            "TMPDIR": str(place),
        }

    def run(self, *words: str, code: int = 0) -> str:
        """What the runner says; everything but our own cache stays as it was."""
        before = contents(self.root)
        done = subprocess.run(
            [self.runner, *words], cwd=self.root, env=self.env, capture_output=True, text=True, timeout=200
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert contents(self.root) == before
        return done.stdout + done.stderr

    def write(self, name: str, text: str) -> None:
        """A file that is staged."""
        (self.root / name).write_text(text)
        git(self.root, "add", "-f", name)


@pytest.fixture(params=RUNNERS)
def flights(request: pytest.FixtureRequest, ran: Path, tmp_path: Path) -> Flights:
    shutil.copytree(ran, tmp_path / "demo", symlinks=True)
    return Flights(tmp_path / "demo", request.param)


def contents(root: Path) -> dict[str, bytes]:
    return {name: content for name, (_, _, _, content) in look(root).items() if "/.git/" not in name}


def test_try_repo(flights):
    words = ("try-repo", str(ROOT), "mlops-ext-pipeline")
    assert "Passed" in flights.run(*words, "--all-files")
    features = (flights.root / "src" / "features.py").read_text()
    flights.write("src/features.py", features + "# another thought\n")
    told = flights.run(*words, code=1)
    assert "src/features.py is modified" in told
    assert "Traceback" not in told
    git(flights.root, "reset", "-q", "--hard")
    flights.write("notes.txt", "nobody reads this")
    assert "nothing to check" in flights.run(*words, "--verbose")


def test_f79_a_commit_that_no_question_reads_is_asked_none(flights, tmp_path):
    configure(flights, tmp_path)
    flights.write("notes.txt", "a\n")
    flights.write("notes.json", "{}\n")
    said = flights.run("run", "--verbose")
    assert said.count("Passed") == 3, said
    assert said.count("nothing to check: of 2 staged files") == 2, said


@pytest.mark.stress
def test_f79_a_commit_that_no_question_reads_is_quick(flights, tmp_path):
    """A time, so it is taken where nothing else runs."""
    configure(flights, tmp_path)
    flights.write("README.md", "# More\n")
    assert any(cpu(flights) < QUICK for _ in range(5)), "the runner and one command, in processor time"


def test_data_that_dvc_keeps_is_not_committed(flights, tmp_path):
    configure(flights, tmp_path)
    git(flights.root, "add", "-f", "data/flights.parquet")
    told = flights.run("run", "mlops-ext-guard", code=1)
    assert "DVC keeps data/flights.parquet" in told
    git(flights.root, "reset", "-q", "data")
    shutil.copy(flights.root / "models" / "model.joblib", flights.root / "best.bin")
    git(flights.root, "add", "best.bin")
    assert "best.bin has the bytes of models/model.joblib" in flights.run("run", "mlops-ext-guard", code=1)


def test_workflows_that_github_would_not_load(flights, tmp_path):
    configure(flights, tmp_path)
    (flights.root / ".github" / "workflows").mkdir(parents=True)
    good = "on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [{run: 'true'}]}}\n"
    flights.write(".github/workflows/a.yml", good)
    assert "Passed" in flights.run("run", "mlops-ext-workflows")
    flights.write(".github/workflows/b.yaml", good.replace("a:", "a: {needs: nobody, x: 1}, b:"))
    told = flights.run("run", "mlops-ext-workflows", code=1)
    assert 'needs job "nobody" which does not exist' in told
    assert "a.yml:" not in told


def configure(flights: Flights, tmp_path: Path) -> None:
    """All our hooks, by the `mlops-ext` that is tested."""
    source = tmp_path / "hooks"
    source.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", source)
    git(source, "init", "-q")
    named = [hook["id"] for hook in yaml.safe_load((source / ".pre-commit-hooks.yaml").read_text())]
    hooks = [{"id": name, "language": "system", "additional_dependencies": []} for name in named]
    config = {"repos": [{"repo": source.as_uri(), "rev": commit(source), "hooks": hooks}]}
    (flights.root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    commit(flights.root)


def cpu(flights: Flights) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    flights.run("run")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
