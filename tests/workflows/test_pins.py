"""What is used by commit is used by that of `pins.toml`, everywhere, and is there what we take it for."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from acting.clean import ROOT, clean_copy

USES = re.compile(r"^[\s-]*uses:\s*(?P<what>\S+)(?P<comment>.*)$", re.MULTILINE)
PINS = tomllib.loads((ROOT / "mlops_ext/starter/pins.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pin() -> ModuleType:
    """`.ci/pin`, which has no suffix."""
    loader = importlib.machinery.SourceFileLoader("pin", str(ROOT / ".ci/pin"))
    spec = importlib.util.spec_from_loader("pin", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def used(path: Path) -> list[tuple[str, str]]:
    found = USES.finditer(path.read_text(encoding="utf-8"))
    return [(use["what"], use["comment"]) for use in found if not use["what"].startswith("./")]


def test_every_use_is_pinned_as_the_file_says(pin: ModuleType) -> None:
    allowed = pin.wanted_pins(PINS)
    seen = []
    for path in (each for each in pin.users() if "planted" not in each.parts):
        for what, comment in used(path):
            repository, _, version = what.partition("@")
            name = "/".join(repository.split("/")[:2])
            assert f"{version}{comment.rstrip()}" == allowed.get(name), f"{path}: {what}{comment}"
            seen.append(name)
    assert set(seen) == set(allowed)


@pytest.mark.parametrize(
    "before",
    [
        "actions/checkout@" + "0" * 40 + " # v1",
        "actions/checkout@" + "0" * 40,
        "mlops-ext/mlops-ext/github-actions/deliver@" + "1" * 40 + " # v0.0.9",
    ],
)
def test_the_script_writes_pins_and_their_versions(pin: ModuleType, before: str) -> None:
    wanted = pin.wanted_pins(PINS)
    name = "/".join(before.partition("@")[0].split("/")[:2])
    line = f"      - uses: {before}\n        with: {{a: b}}\n"
    assert (
        pin.rewritten(line, wanted)
        == f"      - uses: {before.partition('@')[0]}@{wanted[name]}\n        with: {{a: b}}\n"
    )
    other = "      - uses: actions/checkout-more@" + "0" * 40 + "\n"
    assert pin.rewritten(other, wanted) == other


def at_pin(path: str) -> Any:
    """A file of ours as the pinned commit has it."""
    shown = subprocess.run(
        ["git", "show", f"{PINS['commit']}:{path}"], cwd=ROOT, capture_output=True, text=True
    )
    assert shown.returncode == 0, f"{path} is not in the pinned commit: {shown.stderr}"
    return yaml.load(shown.stdout, yaml.BaseLoader)


def calls() -> list[Any]:
    """Every use of an action or workflow of ours: where, what, and with which inputs."""
    found = []
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        for job in yaml.load(path.read_text(), yaml.BaseLoader)["jobs"].values():
            for step in (job, *job.get("steps", ())):
                if step.get("uses", "").startswith(PINS["repository"]):
                    place = step["uses"].partition("@")[0].removeprefix(f"{PINS['repository']}/")
                    found.append(pytest.param(place, set(step.get("with", {})), id=f"{path.stem}-{place}"))
    return found


def has_commit() -> bool:
    asked = ["git", "cat-file", "-e", f"{PINS['commit']}^{{commit}}"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_commit(), reason="this clone is too shallow for the pinned commit")
@pytest.mark.parametrize(("place", "given"), calls())
def test_the_pinned_commit_takes_what_it_is_given(place: str, given: set[str]) -> None:
    if place.endswith(".yml"):
        takes = at_pin(place)["on"]["workflow_call"]["inputs"]
    else:
        takes = at_pin(f"{place}/action.yml")["inputs"]
    assert given - set(takes) == set()


def test_pinning_changes_pins_alone(pin: ModuleType, tmp_path: Path) -> None:
    clean_copy(tmp_path, ".github", "docs", "mlops_ext/starter")
    wanted = pin.wanted_pins({**PINS, "commit": "f" * 40})
    for path in tmp_path.rglob("*.yml"):
        before = path.read_text(encoding="utf-8")
        after = pin.rewritten(before, wanted)
        assert after.replace("f" * 40, PINS["commit"]) == before
