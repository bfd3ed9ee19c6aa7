"""The environment variables of children: telemetry off, and nothing of ours where the team's code runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

TELEMETRY_OFF = {
    "DVC_NO_ANALYTICS": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "true",
}
RUN_MARKS = ("MLOPS_RUN", "MLOPS_ROOT", "MLOPS_OWNER", "MLOPS_SUPERVISOR")
# By it GitHub's runner finds, when a job ends, the processes to end with it.
JOB_MARK = "RUNNER_TRACKING_ID"
OF_THE_JOB = frozenset({"GITHUB_TOKEN", "GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"})


def quiet(env: Mapping[str, str] | None = None) -> dict[str, str]:
    """A whole environment (by default ours) with every tool's telemetry turned off."""
    return {**(os.environ if env is None else env), **TELEMETRY_OFF}


def project_environment(python: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child in the project environment of `python`, whose folder leads `PATH`.

    Where that is another environment than ours, our entries leave `PYTHONPATH`, `PATH` and `VIRTUAL_ENV`;
    what the team put there stays. What a step may do to its job on GitHub is for us alone.
    """
    env = {name: value for name, value in quiet(base).items() if not _is_of_the_job(name)}
    scripts = python.absolute().parent
    ours = Path(sys.executable).absolute().parent
    path = [entry for entry in env.get("PATH", os.defpath).split(os.pathsep) if entry]
    if scripts != ours:
        _leave_ours_out(env)
        path = [entry for entry in path if Path(entry) != ours]
    env["PATH"] = os.pathsep.join(dict.fromkeys([str(scripts), *path]))
    if (scripts.parent / "pyvenv.cfg").is_file():
        env["VIRTUAL_ENV"] = str(scripts.parent)
    return env


def _is_of_the_job(name: str) -> bool:
    """The token, and the files by which a step sets outputs, variables and commands of the steps after it."""
    return os.environ.get("GITHUB_ACTIONS") == "true" and name in OF_THE_JOB


def _leave_ours_out(env: dict[str, str]) -> None:
    for name in ("VIRTUAL_ENV", "PYTHONHOME", "__PYVENV_LAUNCHER__"):
        env.pop(name, None)
    entries = env.pop("PYTHONPATH", "").split(os.pathsep)
    theirs = [entry for entry in entries if entry and not _holds_ours(Path(entry))]
    if theirs:
        env["PYTHONPATH"] = os.pathsep.join(theirs)


def _holds_ours(folder: Path) -> bool:
    return any(folder.glob("mlops_ext*/__init__.py"))
