"""The hooks that `init` proposes are those of the hooks' repository."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from mlops_ext.starter.precommit import snippet

ROOT = Path(__file__).resolve().parents[2]
# They say where a hook is installed; the ones that are proposed use the `mlops-ext` that proposed them.
PLACES = ("description", "language", "additional_dependencies")


def test_they_differ_in_nothing_but_their_place() -> None:
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    proposed = yaml.safe_load(snippet(ROOT, ROOT, pipeline=True))["repos"][0]["hooks"]
    assert {hook["language"] for hook in proposed} == {"system"}
    assert _without(proposed) == _without(hook for hook in published if hook["entry"].startswith("mlops-ext"))


def test_what_a_hook_installs_is_what_the_project_is_tested_with() -> None:
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    lock = (ROOT / "tools.lock").read_text()
    asked = {need for hook in published for need in hook.get("additional_dependencies", ())}
    assert asked
    for need in asked:
        name, how, version = re.fullmatch(r"([\w-]+)(==|>=)(.+)", need).groups()
        (locked,) = re.findall(rf"^{name}==(\S+)", lock, re.MULTILINE)
        assert locked == version if how == "==" else int(locked.split(".")[0]) >= int(version)


def _without(hooks):
    return [{key: value for key, value in hook.items() if key not in PLACES} for hook in hooks]
