"""The hooks that `init` proposes are those of the hooks' repository."""

from __future__ import annotations

from pathlib import Path

import yaml

from mlops_ext.starter.precommit import snippet

ROOT = Path(__file__).resolve().parents[2]


def test_they_differ_in_nothing_but_their_place() -> None:
    published = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    proposed = yaml.safe_load(snippet(ROOT, ROOT, pipeline=True))["repos"][0]["hooks"]
    assert proposed == [
        {key: value for key, value in hook.items() if key != "description"} for hook in published
    ]
