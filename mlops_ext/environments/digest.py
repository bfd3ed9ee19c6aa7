"""An environment named by the digest of what is installed in it, from the names of folders alone."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext import worker
from mlops_ext.environments.venv import site_folders, venv_facts
from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import project_environment, run

ANSWER_WITHIN = 30.0


class Environment(msgspec.Struct, frozen=True):
    """What is installed for one interpreter; equal digests mean the same distributions on the same Python.

    A version of what is no release also says what it is: `1.0 (editable)`, `1.0 (git 3f2a...)`.
    """

    digest: str
    implementation: str
    python: str
    platform: str
    machine: str
    packages: Mapping[str, str]


def environment_of(python: Path) -> Environment:
    """The environment of an interpreter: read from its folders, or asked where they don't tell."""
    if python.absolute() == Path(sys.executable).absolute() and sys.prefix != sys.base_prefix:
        return _of(worker.environment([str(folder) for folder in site_folders(Path(sys.prefix))]))
    facts = venv_facts(python)
    if facts is None:
        return _of(_ask(python))
    found = worker.installed([str(folder) for folder in facts.folders])
    return _of(
        {
            "implementation": facts.implementation,
            "version": facts.version,
            "platform": sys.platform,
            "machine": os.uname().machine,
            "packages": found,
        }
    )


def contents(one: Environment) -> dict[str, str]:
    """All that its digest is made of: versions by name, and the interpreter as `python`."""
    return {"python": f"{one.implementation} {one.python} {one.platform} {one.machine}", **one.packages}


def differences(one: Environment, other: Environment) -> list[str]:
    """What differs, a line each: `numpy 2.1 -> 2.2`, `scipy 1.0 -> nothing`."""
    return changes(contents(one), contents(other))


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The same, of contents."""
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return [f"{name} {before.get(name, 'nothing')} -> {after.get(name, 'nothing')}" for name in names]


def _of(said: Mapping[str, Any]) -> Environment:
    packages = dict(sorted(said["packages"].items()))
    lines = [said["implementation"], said["version"], said["platform"], said["machine"]]
    lines += [f"{name}=={version}" for name, version in packages.items()]
    digest = "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return Environment(
        digest=digest,
        implementation=said["implementation"],
        python=said["version"],
        platform=said["platform"],
        machine=said["machine"],
        packages=packages,
    )


def _ask(python: Path) -> Mapping[str, Any]:
    command: list[str | Path] = [python, "-I", Path(worker.__file__), "environment"]
    answer = run(command, cwd=Path.cwd(), env=project_environment(python), timeout=ANSWER_WITHIN).expect()
    try:
        said: dict[str, Any] = msgspec.json.decode(answer.stdout, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise CouldNotTellError(f"{python} does not say what is installed there") from error
    return said
