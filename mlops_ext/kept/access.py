"""How a scratch repository reaches the remote: with what the project's own clone would use."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

from mlops_ext.process import run

USED = ("http.", "credential.", "url.", "core.sshcommand", "ssh.")
OF_A_REMOTE = ("url", "pushurl", "proxy")
OURS = {
    "core.hookspath": os.devnull,
    "gc.autodetach": "false",
    "push.recursesubmodules": "no",
    "push.gpgsign": "false",
    "transfer.bundleuri": "false",
}
WHO = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "mlops-ext"), ("EMAIL", "mlops-ext@localhost"))
}


def remote_of(root: Path) -> str:
    """`origin`, or the only remote there is; empty where that names none."""
    names = run(["git", "remote"], cwd=root).stdout.split()
    if "origin" in names:
        return "origin"
    return names[0] if len(names) == 1 else ""


def environment(root: Path, remote: str, repository: Path) -> dict[str, str]:
    """Our environment with the clone's ways to the remote, in variables: no secret is an argument."""
    pairs = [*_of_the_clone(root, remote), *OURS.items()]
    pairs += _of_the_job([name for name, _ in pairs])
    env = {**os.environ, **WHO, "GIT_DIR": str(repository), "GIT_TERMINAL_PROMPT": "0"}
    first = int(env.get("GIT_CONFIG_COUNT") or 0)
    for number, (name, value) in enumerate(pairs, start=first):
        env |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return env | {"GIT_CONFIG_COUNT": str(first + len(pairs))}


def _of_the_clone(root: Path, remote: str) -> Iterator[tuple[str, str]]:
    """Only the clone's own: what the user and the system set holds for every repository."""
    told = run(["git", "config", "--local", "--includes", "--list", "-z"], cwd=root).stdout
    for entry in told.split("\0"):
        name, _, value = entry.partition("\n")
        section, _, rest = name.rpartition(".")
        if name.startswith(USED) or (section == f"remote.{remote}" and rest in OF_A_REMOTE):
            yield name, value


def _of_the_job(known: list[str]) -> list[tuple[str, str]]:
    """The job's token, where the checkout left no credentials in the clone."""
    server, token = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_TOKEN", "")
    name = f"http.{server.rstrip('/')}/.extraheader"
    if not server or not token or name in known:
        return []
    word = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return [(name, f"AUTHORIZATION: basic {word}")]
