"""The environment of each step's own interpreter, and outputs that were made under another one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from mlops_ext.contract.pipeline import Maker, StepRun, Tracker
from mlops_ext.environments.digest import Environment, changes, contents, environment_of
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.files.plan import Step

SHOWN = 3
SKIPPED = ("unchanged", "run-cache")
_PYTHON = re.compile(r"(?:^|[\s;&|(])(?P<path>[^\s;&|('\"]*/)python[0-9.]*(?=$|[\s;&|)])")
_ACTIVATE = re.compile(r"(?:^|[\s;&|(])(?:\.|source)\s+(?P<path>[^\s;&|'\"]*/)activate(?=$|[\s;&|)])")


class Environments:
    """Environments by interpreter, each looked at once; an interpreter that does not answer has none."""

    def __init__(self) -> None:
        self._known: dict[str, Environment | None] = {}

    def digest(self, python: str) -> str:
        """The digest of what is installed for an interpreter."""
        if python and python not in self._known:
            self._known[python] = _look(python)
        found = self._known.get(python)
        return found.digest if found else ""

    def seen(self) -> dict[str, dict[str, str]]:
        """What is installed in each, by digest."""
        return {found.digest: contents(found) for found in self._known.values() if found}


class Served(NamedTuple):
    """A step whose outputs were made under another environment than it would run in now."""

    step: str
    run: str
    changed: tuple[str, ...]


def python_of(step: Step, path: str) -> str:
    """The interpreter that a step's commands name, or activate, else the one on this `PATH`."""
    for command in step.commands:
        for named in (_PYTHON.search(command), _ACTIVATE.search(command)):
            if named:
                found = Path(step.folder, named["path"])
                word = named[0].strip().split()[-1].rpartition("/")[2]
                return str(found / ("python" if word == "activate" else word))
    return shutil.which("python", path=path) or shutil.which("python3", path=path) or ""


def served(tracker: Tracker, steps: Iterable[StepRun], now: Mapping[str, Mapping[str, str]]) -> list[Served]:
    """Of the steps that did not run, those whose outputs another environment made, as the store knows."""
    found = []
    for step in steps:
        asked = step.how in SKIPPED and step.outs and step.environment
        maker = tracker.maker(step.outs, step.environment) if asked else None
        if maker and maker.environment and maker.environment != step.environment:
            found.append(Served(step.name, maker.run, _changed(maker, step, now)))
    return found


def notes(found: Iterable[Served]) -> tuple[str, ...]:
    """A line for all steps with the same difference."""
    steps: dict[tuple[str, ...], list[str]] = {}
    for one in found:
        steps.setdefault(one.changed, []).append(one.step)
    return tuple(
        f"made under another environment: {', '.join(names)} ({shown(changed)}); --force runs them again"
        for changed, names in steps.items()
    )


def shown(changed: tuple[str, ...]) -> str:
    """The first differences, and how many more there are."""
    more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
    return ", ".join(changed[:SHOWN]) + more


def _changed(maker: Maker, step: StepRun, now: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    today = now.get(step.environment, {})
    if not maker.packages or not today:
        return (f"environment {maker.environment[:19]} -> {step.environment[:19]}",)
    return tuple(changes(maker.packages, today))


def _look(python: str) -> Environment | None:
    try:
        return environment_of(Path(python))
    except MlopsExtError:
        return None  # a step in another language may find any `python` on its PATH
