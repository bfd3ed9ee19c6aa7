"""Which Python of a version this machine has, as uv finds it."""

from __future__ import annotations

from pathlib import Path

from mlops_ext import process


def find(version: str, folder: Path) -> str:
    """The path of an interpreter outside of environments, empty when there is none; installs nothing."""
    command = [uv(), "python", "find", "--system", "--no-project", "--no-python-downloads", version]
    found = process.run(command, cwd=folder)
    return found.stdout.strip() if found.code == 0 else ""


def uv() -> str:
    """uv, which is a dependency of this plugin."""
    from uv import find_uv_bin

    return find_uv_bin()
