"""The lock of the project environment: what the team has, else what is installed."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path
from typing import Literal, NamedTuple

from mlops_ext.environments.digest import environment_of
from mlops_ext.environments.pins import first_unpinned, without_logins
from mlops_ext.environments.uv import run_uv
from mlops_ext.errors import CouldNotTellError, SettingsError

Kind = Literal["uv.lock", "requirements", "installed"]


class LockFile(NamedTuple):
    """A lock as requirements with pins, whatever file it came from.

    `path` is None for what was taken from the installed environment; `left_out` names what is installed
    there from folders or repositories, which no pin can bring back.
    """

    kind: Kind
    path: Path | None
    text: str
    digest: str
    left_out: tuple[str, ...] = ()


def find_lock(root: Path, python: Path, setting: str | None = None) -> LockFile:
    """The lock that the settings name, else `uv.lock`, else `requirements*.txt` with pins, else a freeze."""
    if setting:
        return _named(root, setting)
    if (root / "uv.lock").is_file():
        return _exported(root / "uv.lock")
    pinned = [path for path in _requirements(root) if first_unpinned(_text(path)) is None]
    if pinned and (len(pinned) == 1 or pinned[0].name == "requirements.txt"):
        return _read(pinned[0])
    if pinned:
        names = ", ".join(path.name for path in pinned)
        raise SettingsError(
            f"several files could be the lock: {names}", key="lock", hint="name one in the settings"
        )
    return _frozen(python)


def _named(root: Path, setting: str) -> LockFile:
    path = root / setting
    if not path.is_file():
        raise SettingsError(f"the lock {setting} is not there", key="lock")
    if path.name == "uv.lock":
        return _exported(path)
    bad = first_unpinned(_text(path))
    if bad is not None:
        hint = "pin every line with ==, as `uv pip compile --generate-hashes` does"
        raise SettingsError(
            f"{setting} is no lock: {bad!r} is not pinned", key="lock", file=setting, hint=hint
        )
    return _read(path)


def _requirements(root: Path) -> list[Path]:
    found = sorted(root.glob("requirements*.txt"))
    return sorted(found, key=lambda path: path.name != "requirements.txt")


def _text(path: Path) -> str:
    """The text of a requirements file: UTF-8, or what its byte-order mark says, as pip reads it."""
    found = path.read_bytes()
    utf16 = found.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return found.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"{path.name} is not UTF-8", key="lock", file=path.name, hint="mlops-ext doctor says what it is"
        ) from error


def _read(path: Path) -> LockFile:
    return _lock("requirements", path, without_logins(_text(path)))


def _exported(path: Path) -> LockFile:
    # uv.lock alone installs nothing without the project's tree; its requirements do, with the same hashes.
    words = ["export", "--frozen", "--no-dev", "--no-emit-project", "--no-header", "--no-annotate"]
    done = run_uv([*words, "--format", "requirements-txt"], cwd=path.parent).expect(0)
    bad = first_unpinned(done.stdout)
    if bad is not None:
        hint = "build a wheel of it, or give another lock in the settings"
        raise SettingsError(
            f"{path.name} holds {bad!r}, which no other folder can install", key="lock", hint=hint
        )
    return _lock("uv.lock", path, without_logins(done.stdout))


def _frozen(python: Path) -> LockFile:
    packages = environment_of(python).packages
    if not packages:
        raise CouldNotTellError(
            f"nothing is installed for {python}", hint="name a lock in the settings: lock"
        )
    pins = [f"{name}=={version}" for name, version in packages.items() if " " not in version]
    left = tuple(f"{name} {version}" for name, version in packages.items() if " " in version)
    return _lock("installed", None, "".join(f"{pin}\n" for pin in pins), left)


def _lock(kind: Kind, path: Path | None, text: str, left_out: tuple[str, ...] = ()) -> LockFile:
    digest = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
    return LockFile(kind, path, text, digest, left_out)
