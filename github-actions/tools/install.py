"""The tool environment, from this commit's files; and the project's, where its action is asked for one."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.inputs import one_of, required, text
from tools.kept import bytes_of, kept
from tools.named import named
from tools.pip import Pip
from tools.say import CannotStartError
from tools.taken_in import parts

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "github-actions" / "locks"
HOST = ("mlops_ext", "pyproject.toml", "README.md", "LICENSE")
# Only the command: the project's `python` and `dvc` must stay the first on PATH.
COMMANDS = "commands"


def command(env: Mapping[str, str]) -> Path:
    """Where `mlops-ext` is, as `install` says."""
    if one_of("install", "requirements", "wheelhouse", "none") == "none":
        found = shutil.which("mlops-ext", path=env.get("PATH"))
        if found is None:
            raise CannotStartError(
                "`mlops-ext` is not on PATH, and `install` is `none`", "install it in an earlier step"
            )
        return Path(found)
    return _tools(env) / COMMANDS / "mlops-ext"


def project_environment(env: Mapping[str, str]) -> Path | None:
    """Where the team's code runs: what its requirements say, what is active, or the Python on PATH."""
    if text("project-requirements"):
        return _project(_file("project-requirements"), env)
    if env.get("VIRTUAL_ENV"):
        return Path(env["VIRTUAL_ENV"])
    return Path(sys.prefix) if Path(sys.prefix, "bin", "python").exists() else None


def _tools(env: Mapping[str, str]) -> Path:
    names = named(Path(text("project", ".")), ROOT / "plugins")
    plugins = [ROOT / "plugins" / f"mlops-ext-{name}" for name in names]
    locks = [_hashed("requirements")] if text("requirements") else _locks(names)
    wheelhouse = _wheelhouse()

    def make(place: Path) -> None:
        pip = Pip.make(place, env, wheelhouse)
        pip.locked(*locks)
        _ours(pip, plugins)
        pip.check("`requirements` must hold all that mlops-ext and the named plugins need")
        (place / COMMANDS).mkdir()
        (place / COMMANDS / "mlops-ext").symlink_to("../bin/mlops-ext")

    return kept(bytes_of(*(ROOT / name for name in HOST), *plugins, *locks, LOCKS / "build.lock"), make)


def _ours(pip: Pip, plugins: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        backend = Path(folder, "backend")
        pip.locked(LOCKS / "build.lock", target=backend)
        pip.built([ROOT, *plugins], backend, Path(folder, "wheels"))


def _project(requirements: Path, env: Mapping[str, str]) -> Path:
    wheelhouse = _wheelhouse()

    def make(place: Path) -> None:
        Pip.make(place, env, wheelhouse).listed(requirements)

    return kept(parts(requirements), make)


def _locks(names: list[str]) -> list[Path]:
    return [LOCKS / f"{name}.lock" for name in ("host", *names)]


def _wheelhouse() -> Path | None:
    if text("install") != "wheelhouse":
        return None
    folder = Path(required("wheelhouse")).absolute()
    if not folder.is_dir():
        raise CannotStartError(f"`wheelhouse: {text('wheelhouse')}` is no folder", "a path in the workspace")
    return folder


def _hashed(name: str) -> Path:
    file = _file(name)
    if "--hash=" not in file.read_text(encoding="utf-8"):
        hint = "uv pip compile --generate-hashes, or pip-compile --generate-hashes, writes one"
        raise CannotStartError(f"`{name}: {text(name)}` holds no hashes", hint)
    return file


def _file(name: str) -> Path:
    path = Path(os.path.abspath(text(name)))
    if not path.is_file():
        raise CannotStartError(f"`{name}: {text(name)}` is no file", "a path in the workspace")
    return path
