"""Which callers fit a repository, as files to write; one that is there already is only compared."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlops_ext import git
from mlops_ext.settings.find import SettingsFile
from mlops_ext.starter.difference import difference
from mlops_ext.starter.github import callers
from mlops_ext.starter.github.facts import Facts, facts
from mlops_ext.starter.github.pins import read_pin
from mlops_ext.starter.github.text import text_of
from mlops_ext.starter.proposal import NewFile

if TYPE_CHECKING:
    from mlops_ext.starter.github.callers import Caller
    from mlops_ext.starter.proposal import Proposal


def proposed_settings(proposal: Proposal, name: str) -> SettingsFile:
    """The settings that are the last of the files to write, as if they were there."""
    last = proposal.files[-1]
    content: Any = tomllib.loads(last.text)
    table = content["tool"]["mlops-ext"] if last.added else content
    return SettingsFile(proposal.root / last.path, last.text, table, name)


def propose_callers(file: SettingsFile, proposal: Proposal) -> Facts:
    """Adds the callers of these settings to a proposal, before the settings that may be the last of it."""
    found, pin = facts(file), read_pin()
    top = git.top(file.root)
    written = []
    for caller in callers.ALL:
        why_not = unfit(caller, found) or called(caller, found)
        text = text_of(caller, found, pin)
        shown_path = caller.path_of(found.twin)
        path = top / shown_path
        if path.is_file():
            there = path.read_text(encoding="utf-8", errors="replace")
            if there != text and not why_not:
                shown = difference(there, text, shown_path)
                proposal.printed.append(f"{shown_path} is there already, and is left as it is:\n{shown}")
        elif why_not:
            proposal.left_out.append(f"{shown_path}: not written, {why_not}")
        else:
            inside = os.path.relpath(path, file.root)
            written.append(NewFile(inside, text, caller.what))
    before = len(proposal.files) - 1 if proposal.files else 0
    proposal.files[before:before] = written
    proposal.left_out += found.remarks
    proposal.printed += _to_do(found)
    return found


def unfit(caller: Caller, found: Facts) -> str:
    """Why a stage would have nothing to do: what its workflow needs is not in the settings."""
    settings = found.settings
    needs = {
        "deliver": (("dvc", "a DVC pipeline"), ("targets", "targets")),
        "trigger": (("dvc", "a DVC pipeline"), ("mlflow", "MLflow"), ("models", "a model")),
        "release": (("mlflow", "MLflow"), ("models", "a model")),
        "monitor": (("serve", "a prediction service"), ("models", "a model")),
    }.get(caller.stage, ())
    there = {
        *settings.plugins,
        *(["models"] if settings.models else []),
        *(["targets"] if settings.targets else []),
    }
    lacks = [said for word, said in needs if word not in there]
    return (
        f"the settings name no {' and no '.join(said.removeprefix('a ') for said in lacks)}" if lacks else ""
    )


def called(caller: Caller, found: Facts) -> str:
    """Which workflow of the team's calls the stage already."""
    own = found.called.get(caller.stage)
    return f"{own.file} calls {caller.stage} already" if own else ""


def _to_do(found: Facts) -> Iterator[str]:
    """What only people can do on GitHub."""
    secrets = sorted(set(_names(found)))
    if secrets:
        yield f"secrets to set on GitHub: {', '.join(secrets)}"
    if not unfit(callers.TRIGGER, found):
        for target in dict.fromkeys(model.trigger.target for model in found.settings.models.values()):
            yield (
                f"trigger runs what is on {target}, so deliver there first: "
                f"gh workflow run mlops-ext-deliver{found.twin}.yml -f target={target}"
            )
    if "github" not in found.settings.plugins:
        yield 'the comment needs "github" among the plugins of the settings'


def _names(found: Facts) -> Iterator[str]:
    for value in found.variables.values():
        if "secrets." in value:
            yield value.partition("secrets.")[2].rstrip("} ")
