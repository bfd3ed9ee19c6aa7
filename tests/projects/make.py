"""Makes the tiny project's repository with its remotes, its feed, and a home for its targets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from projects.visits import visits, write

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LOCK = ROOT / "docs" / "examples" / "flights" / "requirements.txt"
DVC_CONFIG = "[core]\n    analytics = false\n    remote = store\n['remote \"store\"']\n    url = {}\n"
QUIET = {
    "DVC_NO_ANALYTICS": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "true",
}


@dataclass
class Tiny:
    """A repository at `folder/visits`, the project at `sub` in it, and what belongs to it beside it."""

    folder: Path
    sub: str = ""
    root: Path = field(init=False)
    env: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.root = self.folder / "visits" / self.sub
        self.env = {
            "MLOPS_EXT_HOME": str(self.folder / "home"),
            "MLOPS_EXT_CACHE": str(self.folder.parent / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "DVC_SITE_CACHE_DIR": str(self.folder / "site-cache"),
            "UV_OFFLINE": "1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            **QUIET,
        }

    @property
    def home(self) -> Path:
        """Where its targets live."""
        return self.folder / "home"

    def run(self, *words: str | Path, cwd: Path | None = None) -> str:
        """A tool as the team calls it; what it prints."""
        env = {**os.environ, **self.env}
        done = subprocess.run(words, cwd=cwd or self.root, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def git(self, *words: str) -> str:
        """Git's answer."""
        return self.run("git", *words).strip()

    def dvc(self, *words: str) -> str:
        """DVC's answer."""
        return self.run(sys.executable, "-m", "dvc", *words)

    def call(
        self, *words: str, code: int | None = 0, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """`mlops-ext` as a user calls it; its exit code is looked at unless `code` is None."""
        finished = subprocess.run(
            [sys.executable, "-m", "mlops_ext", *words],
            cwd=cwd or self.root,
            env={**os.environ, **self.env, **env},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert code is None or finished.returncode == code, finished.stdout + finished.stderr
        return finished

    def write(self, files: Mapping[str, str]) -> None:
        """Files of the project."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def edit(self, name: str, old: str, new: str) -> None:
        """One passage of a file in another wording."""
        text = (self.root / name).read_text()
        assert old in text, f"{name} has no {old!r}"
        (self.root / name).write_text(text.replace(old, new))

    def commit(self, message: str = "more") -> str:
        """Everything in a new commit, its data pushed; its id."""
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def bring(self, days: int, **more: bool | float) -> None:
        """Let newer rows, and their labels, arrive where the settings look for them."""
        table = visits(days, **more)
        write(table, self.folder / "feed" / "visits.parquet")
        write(table.select(["id", "bought"]), self.folder / "feed" / "labels.parquet")

    def use(self, days: int, **more: bool | float) -> None:
        """Put rows into the project itself, tracked by DVC."""
        write(visits(days, **more), self.root / "data" / "visits.parquet")
        self.dvc("add", "-q", "data/visits.parquet")


def make(
    folder: Path,
    *,
    days: int = 60,
    sub: str = "",
    python: str = sys.executable,
    files: Mapping[str, str] = {},
) -> Tiny:
    """A repository with one commit on `main`, not yet run: data tracked and pushed, suite, tests, settings.

    All paths between its parts are relative, so that it may be copied. `files` replace some of the project's.
    """
    tiny = Tiny(folder, sub)
    shutil.copytree(HERE / "tiny", tiny.root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(LOCK, tiny.root / "requirements.txt")
    tiny.write({".python-version": f"{sys.version_info.major}.{sys.version_info.minor}\n", **files})
    tiny.edit("mlops-ext.toml", "@PYTHON@", python)
    tiny.run("git", "init", "-q", "-b", "main", cwd=folder / "visits")
    tiny.git("config", "user.name", "Test")
    tiny.git("config", "user.email", "test@example.org")
    tiny.dvc("init", "-q", *(["--subdir"] if sub else []))
    tiny.write({".dvc/config": DVC_CONFIG.format(os.path.relpath(folder / "dvc-remote", tiny.root / ".dvc"))})
    feed = os.path.relpath(folder / "feed", tiny.root)
    tiny.edit("mlops-ext.toml", '"../feed/', f'"{feed}/')
    tiny.use(days)
    tiny.bring(days)
    tiny.commit("first")
    tiny.run("git", "init", "-q", "--bare", "-b", "main", folder / "origin.git", cwd=folder)
    tiny.git("remote", "add", "origin", os.path.relpath(folder / "origin.git", folder / "visits"))
    tiny.git("push", "-q", "--set-upstream", "origin", "main")
    return tiny


def copy(template: Tiny, folder: Path) -> Tiny:
    """Another one like it, elsewhere."""
    shutil.copytree(template.folder, folder, symlinks=True, dirs_exist_ok=True)
    return Tiny(folder, template.sub)


def run_once(tiny: Tiny) -> None:
    """The team runs its pipeline once with DVC alone, and commits and pushes what came."""
    tiny.dvc("repro", "-q")
    tiny.dvc("push", "-q")
    tiny.commit("run")
    tiny.git("push", "-q")


@contextmanager
def ended(tiny: Tiny) -> Iterator[Tiny]:
    """Whatever service the test started is stopped when it ends."""
    try:
        yield tiny
    finally:
        stop_services(tiny)


def stop_services(tiny: Tiny) -> None:
    """End every service and supervisor that lives in this project's home, the supervisor first."""
    from mlops_ext import process

    for place in tiny.home.glob("*/services/*"):
        for name in ("supervisor.json", "address.json"):
            _stop(process, place / name)


def _stop(process: object, file: Path) -> None:
    import json

    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return
    process.stop(said["pid"], 20.0, since=said["since"])  # type: ignore[attr-defined]
