"""Commits of a change that this clone may not have yet: they are brought and read, never run."""

from __future__ import annotations

import base64
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from mlops_ext.errors import DeadlineError
from mlops_ext.process import run

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 120.0
_COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")


def is_commit(text: str) -> bool:
    """Whether it is the full id of a commit, so that no other word reaches Git's command line."""
    return _COMMIT.fullmatch(text) is not None


def bring(root: Path, commit: str) -> bool:
    """Whether the commit is in this clone, after asking `origin` for it where it was not."""
    if _is_here(root, commit):
        return True
    words = ["git", "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
    with suppress(DeadlineError):
        run([*words, "origin", commit], cwd=root, env=_environment(), timeout=SECONDS)
    return _is_here(root, commit)


def parents(root: Path, commit: str) -> tuple[str, ...]:
    """The commits that a commit joins; none where it is not in this clone."""
    listed = run(["git", "rev-list", "--parents", "--max-count=1", commit, "--"], cwd=root)
    return tuple(listed.stdout.split()[1:]) if listed.code == 0 else ()


def _is_here(root: Path, commit: str) -> bool:
    return run(["git", "cat-file", "-e", f"{commit}^{{commit}}"], cwd=root).code == 0


def _environment() -> dict[str, str]:
    """Ours, with the job's token for its own server only, where a checkout keeps no credentials."""
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    token, server = env.get("GITHUB_TOKEN", ""), env.get("GITHUB_SERVER_URL", "")
    if not token or not server:
        return env
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    # The empty one takes away what a checkout may have kept: a server refuses two.
    values = ("", f"AUTHORIZATION: basic {basic}")
    first = int(env.get("GIT_CONFIG_COUNT") or 0)
    for place, value in enumerate(values, first):
        env[f"GIT_CONFIG_KEY_{place}"] = f"http.{server.rstrip('/')}/.extraheader"
        env[f"GIT_CONFIG_VALUE_{place}"] = value
    return {**env, "GIT_CONFIG_COUNT": str(first + len(values))}
