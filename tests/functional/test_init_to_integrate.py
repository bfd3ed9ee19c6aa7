"""From a repository that has never seen us to a green `integrate` on a pull request, with no edit between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from acting.fixtures import act, checkout, no_network
from acting.runner import TOOLS, Act
from calling import call, commit, git

from mlops_ext.starter.github.callers import INTEGRATE

__all__ = ["act", "checkout", "no_network"]

ROWS = "".join(f"{number},{number % 7},{'abc'[number % 3]}\n" for number in range(60))
TABLE = f"id,hour,kind\n{ROWS}"
# Makes the tool environment as the actions would, but for what pip installs: that is the tests' own.
READY = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from tools import install

class Linked:
    @classmethod
    def make(cls, place, env, wheelhouse):
        (place / "bin").mkdir(parents=True)
        (place / "bin/mlops-ext").symlink_to(sys.argv[2])
        return cls()

    def __getattr__(self, name):
        return lambda *words, **more: None

install.Pip = Linked
install.command({})
"""
PAYLOAD = {
    "action": "opened",
    "number": 7,
    "pull_request": {"number": 7, "head": {"ref": "mlops-ext"}, "base": {"ref": "main"}},
}


def in_a_sub_folder(root: Path) -> Path:
    """Several things live in the repository; the DVC project is one of them."""
    stage = "stages:\n  count:\n    cmd: wc -l < raw.csv > n.txt\n    deps: [raw.csv]\n    outs: [n.txt]\n"
    write(root, {"README.md": "x\n", "web/app.js": "1\n", "ml/raw.csv": TABLE, "ml/dvc.yaml": stage})
    write(root, {"ml/requirements.txt": "team-tools==1.0\n"})
    git(root, "init", "-q", "-b", "main")
    env = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    store = ["remote", "add", "-q", "-d", "store", str(root.parent / "store")]
    for words in (["init", "-q", "--subdir"], ["repro", "-q"], store, ["push", "-q"]):
        subprocess.run([TOOLS / "dvc", *words], cwd=root / "ml", env=env, check=True)
    return root


def with_src(root: Path) -> Path:
    """A package below src/ with tests, and a `.venv` that its team has and Git ignores."""
    project = '[project]\nname = "visits"\nversion = "1"\nrequires-python = ">=3.11"\n'
    pytest_ = '[tool.pytest.ini_options]\npythonpath = ["src"]\n'
    write(root, {"pyproject.toml": project + pytest_, ".gitignore": ".venv/\n", "data/visits.csv": TABLE})
    write(root, {"src/visits/__init__.py": "def double(n):\n    return 2 * n\n"})
    write(root, {"tests/test_it.py": "from visits import double\n\ndef test():\n    assert double(2) == 4\n"})
    write(root, {"requirements.txt": f"pytest=={distribution('pytest').version}\n"})
    git(root, "init", "-q", "-b", "main")
    venv.create(root / ".venv", symlinks=True)
    return root


def plain_script(root: Path) -> Path:
    """A table and a script: no DVC, no tests, no requirements, no folder of its own."""
    write(root, {"data.csv": TABLE, "train.py": "print(open('data.csv').read().count(chr(10)))\n"})
    git(root, "init", "-q", "-b", "master")
    return root


# How it is made, the project's folder, and the questions that have to be answered with a yes.
LAYOUTS = {
    "sub-folder": (in_a_sub_folder, "ml", {"pipeline", "data:raw"}),
    "src": (with_src, ".", {"data:visits", "tests"}),
    "script": (plain_script, ".", {"data:data"}),
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels in place of an index: pytest as it is installed here, and a package of a team's."""
    folder = tmp_path_factory.mktemp("index")
    for name in ("pytest", "iniconfig", "packaging", "pluggy", "pygments"):
        found = distribution(name)
        with zipfile.ZipFile(folder / f"{name}-{found.version}-py3-none-any.whl", "w") as wheel:
            for file in found.files or ():
                if ".." not in file.parts and file.suffix != ".pyc":
                    wheel.write(str(found.locate_file(file)), str(file))
    with zipfile.ZipFile(folder / "team_tools-1.0-py3-none-any.whl", "w") as wheel:
        info = "team_tools-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: team-tools\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return folder


@pytest.mark.parametrize("layout", LAYOUTS)
def test_from_init_to_a_green_integrate(
    layout: str, tmp_path: Path, checkout: Path, act: Act, index: Path, no_network: None
) -> None:
    make, project, asked = LAYOUTS[layout]
    root = make(tmp_path / "repository")
    commit(root)
    git(root, "switch", "-q", "-c", "mlops-ext")
    call(root, "init", "--github", "--yes")
    commit(root)
    ready(root, project, checkout, tmp_path / "cache")
    ran = act(
        "pull_request",
        INTEGRATE.path,
        root,
        f"--action-cache-path={tmp_path / 'cache'}",
        payload=PAYLOAD,
        env={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index)},
    )
    assert ran.results == {"integrate": "success"}, ran.log + ran.stderr
    (answer,) = ran.artifacts.rglob("answer.json")
    said = json.loads(answer.read_text())
    assert (said["zone"], said["result"]["verdict"]) == ("pull-request", "pass")
    answered = {
        report["question"]
        for report in said["result"]["reports"]
        if any(check["status"] == "pass" for check in report["checks"])
    }
    assert answered == {"settings", *asked}


def ready(root: Path, project: str, checkout: Path, cache: Path) -> None:
    """The runner has made this project's tool environment before."""
    words = [sys.executable, "-I", "-c", READY, str(checkout / "github-actions"), str(TOOLS / "mlops-ext")]
    env = {**os.environ, "RUNNER_TOOL_CACHE": str(cache / "tool_cache"), "INPUT_PROJECT": project}
    subprocess.run(words, cwd=root, env=env, check=True, stdout=subprocess.DEVNULL)
