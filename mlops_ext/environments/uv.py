"""Run uv, and say in its place what is missing when there is no network."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import Finished, quiet, run

TIMEOUT = 600.0
_FOREIGN = (
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONHOME",
    "UV_PROJECT_ENVIRONMENT",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
)
_NETWORK = re.compile(
    r"not found in the cache|network (was|is) disabled|network connectivity is disabled|dns error"
    r"|error sending request|Failed to fetch|tcp connect error|Connection refused",
    re.IGNORECASE,
)
_NAMES = (
    re.compile(r"\b([\w.-]+(?:==[\w.+!-]+)?) was not found in the cache"),
    re.compile(r"Failed to (?:download|fetch)[^`\n]*`([\w.-]+==[\w.+!-]+)`"),
    re.compile(r"/simple/([\w.-]+)/"),
    re.compile(r"/([\w.-]+\.(?:whl|tar\.gz|zip))\b"),
)


def find_uv() -> Path:
    """uv beside our own interpreter, else the one of the `uv` distribution, else the one on `PATH`."""
    beside = Path(sys.executable).absolute().with_name("uv")
    if os.access(beside, os.X_OK):
        return beside
    try:
        return Path(importlib.import_module("uv").find_uv_bin())
    except (ImportError, AttributeError, OSError):
        found = shutil.which("uv")
    if found:
        return Path(found)
    raise CouldNotTellError("uv was not found, and environments are made with it", hint="pip install uv")


def run_uv(words: Sequence[str | Path], *, cwd: Path, timeout: float = TIMEOUT) -> Finished:
    """Run uv to its end; what it can't get without a network is `CouldNotTellError` naming the package."""
    env = {name: value for name, value in quiet().items() if name not in _FOREIGN}
    done = run([find_uv(), *words, "--no-progress", "--color", "never"], cwd=cwd, env=env, timeout=timeout)
    if done.code != 0 and _NETWORK.search(done.stderr):
        raise CouldNotTellError(
            f"{_what(done.stderr)} is not in uv's cache, and there is no network to get it from",
            hint="run it once with a network, or fill the cache: uv cache dir says where it is",
        )
    return done


def _what(text: str) -> str:
    for pattern in _NAMES:
        found = pattern.search(text)
        if found:
            return found[1]
    return "a package"
