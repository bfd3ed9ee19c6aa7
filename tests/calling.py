"""Git and `mlops-ext` as a user calls them; tests of several folders share this."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def git(root: Path, *words: str) -> str:
    """Git's answer."""
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "more") -> str:
    """Everything in a new commit; its id."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD").strip()


def put(root: Path, name: str, text: str) -> None:
    """A file with this text, in folders that are made for it."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def call(root: Path, *words: str, code: int | None = 0, **env: str) -> subprocess.CompletedProcess[str]:
    """`mlops-ext` as a user calls it; its exit code is looked at unless `code` is None."""
    finished = subprocess.run(
        [sys.executable, "-m", "mlops_ext", *words],
        cwd=root,
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        timeout=300,
    )
    assert code is None or finished.returncode == code, finished.stdout + finished.stderr
    return finished


@contextmanager
def running(root: Path, *words: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """`mlops-ext` while it runs. A test that fails meanwhile leaves no process to the next one."""
    command = subprocess.Popen(
        [sys.executable, "-m", "mlops_ext", *words],
        cwd=root,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield command
    finally:
        if command.poll() is None:
            command.kill()
            command.communicate()


def appears(path: Path, command: subprocess.Popen[str], seconds: float = 120) -> None:
    """Wait for a file that a running command makes."""
    until = time.monotonic() + seconds
    while not path.exists():
        assert command.poll() is None, command.communicate()
        assert time.monotonic() < until, f"{path} did not appear"
        time.sleep(0.02)
