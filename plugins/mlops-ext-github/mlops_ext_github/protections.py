"""Whether the repository on GitHub is set up as its stages need it: branch, environments, secrets by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from github import UnknownObjectException

from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check
from mlops_ext.errors import MlopsExtError
from mlops_ext_github.refusals import Forbidden

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_ext_github.hub import Hub

_OURS = re.compile(r"/mlops-ext/\.github/workflows/\w+\.ya?ml@|/mlops-ext/github-actions/\w+@")
_SECRET = re.compile(r"\bsecrets\.(\w+)")
REVIEWERS = "required_reviewers"


class Fault(NamedTuple):
    """What is not as it has to be, and the way out."""

    what: str
    hint: str
    severity: str = "critical"


def checks(hub: Hub) -> Iterator[Check]:
    """A check for each; what the token may not see was not asked."""
    yield _check("branch is protected", lambda: _branch(hub))
    for name, target in hub.context.settings.targets.items():
        if target.approval == "github":
            yield _check(f"environment {name} asks reviewers", partial(_environment, hub, name))
    if needed := set(secrets_of(hub.context.top)):
        yield _check("secrets of the workflows are set", lambda: _secrets(hub, needed))


def secrets_of(top: Path) -> Iterator[str]:
    """The names in the workflows that call our stages; GITHUB_TOKEN is always there."""
    for file in sorted(top.glob(".github/workflows/*.y*ml")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if _OURS.search(text):
            yield from (name for name in _SECRET.findall(text) if name != "GITHUB_TOKEN")


def _check(name: str, ask: Callable[[], Fault | None]) -> Check:
    try:
        fault = ask()
    except Forbidden as error:
        return Check(name=name, status=SKIPPED, message=f"not asked: {error}")
    except MlopsExtError as error:
        return Check(name=name, status=ERROR, message=str(error), hint=error.hint)
    if fault is None:
        return Check(name=name, status=PASS)
    return Check(name=name, status=FAIL, message=fault.what, hint=fault.hint, severity=fault.severity)


def _branch(hub: Hub) -> Fault | None:
    def default() -> str:
        return hub.ask(lambda: hub.repository.complete().default_branch, "metadata: read")

    name = hub.context.settings.base or default()
    if hub.ask(lambda: hub.repository.get_branch(name).protected, "contents: read"):
        return None
    what = f"{name} is not: who may push to it changes gates, and writes records that open them"
    return Fault(what, "Settings, Branches or Rules: require a pull request", "warning")


def _environment(hub: Hub, name: str) -> Fault | None:
    hint = f"Settings, Environments, {name}: required reviewers"
    try:
        rules = hub.ask(lambda: _rules(hub, name), "actions: read")
    except LookupError:
        return Fault("there is no such environment, and the target's approval is given in it", hint)
    if REVIEWERS in rules:
        return None
    return Fault("it asks nobody, so what is delivered there is approved by nobody", hint)


def _rules(hub: Hub, name: str) -> list[str]:
    try:
        return [rule.type for rule in hub.repository.get_environment(name).protection_rules or ()]
    except UnknownObjectException as error:
        raise LookupError(name) from error


def _secrets(hub: Hub, needed: set[str]) -> Fault | None:
    there = {one.name for one in hub.ask(lambda: list(hub.repository.get_secrets()), "secrets: read")}
    for name in hub.context.settings.targets:
        there |= _of_environment(hub, name)
    lacks = sorted(needed - there)
    if not lacks:
        return None
    what = f"{', '.join(lacks)}: not among those of the repository and its environments"
    return Fault(what, "gh secret set NAME; the organisation's are not seen here", "warning")


def _of_environment(hub: Hub, name: str) -> set[str]:
    """Empty where there is no such environment, or where the token may not look into it."""
    try:
        return hub.ask(lambda: _names(hub, name), "environments: read")
    except (LookupError, Forbidden):
        return set()


def _names(hub: Hub, name: str) -> set[str]:
    try:
        return {one.name for one in hub.repository.get_environment(name).get_secrets()}
    except UnknownObjectException as error:
        raise LookupError(name) from error
