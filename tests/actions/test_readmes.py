"""What is written of an action is what it is: inputs, outputs, permissions that exist, a sample that fits."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from calling import git
from workflows.linters import LINTERS, lint

from actions.bench import ROOT

FOLDER = ROOT / "github-actions"
ACTIONS = sorted(path.parent.name for path in FOLDER.glob("*/action.yml"))
ROW = re.compile(r"^\| `(?P<name>[a-z-]+)` \| (?P<text>[^|]+) \|(?: (?P<more>[^|]*)\|)?$", re.M)
PERMISSION = re.compile(r"^\| `(?P<name>[a-z-]+): (?P<level>read|write)` \| [^|]+ \|$", re.M)
SAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
# As GitHub names what a job's token may do.
SCOPES = {"actions", "checks", "contents", "deployments", "issues", "pull-requests"}
OURS = "mlops-ext/mlops-ext/github-actions/"
OUTPUTS = ("verdict", "record", "report", "answer")
STAGES = {"develop", "integrate", "deliver", "trigger", "release", "monitor"}


def read(action: str) -> tuple[dict[str, Any], str]:
    """The action and its page."""
    found = yaml.safe_load((FOLDER / action / "action.yml").read_text(encoding="utf-8"))
    return found, (FOLDER / action / "README.md").read_text(encoding="utf-8")


def table(page: str, head: str) -> dict[str, re.Match[str]]:
    """The rows of one table by their first cell."""
    return {row["name"]: row for row in ROW.finditer(page.partition(f"| {head} |")[2].partition("\n\n")[0])}


@pytest.mark.parametrize("action", ACTIONS)
def test_inputs_and_outputs_are_those_of_the_action(action: str) -> None:
    found, page = read(action)
    inputs, rows = found["inputs"], table(page, "input")
    assert list(rows) == list(inputs)
    for name, given in inputs.items():
        assert rows[name]["text"] == given["description"]
        default = "**required**" if given.get("required") else f"`{given.get('default')}`"
        assert (rows[name]["more"] or "").strip() == ("" if default == "``" else default), name
    outputs = {name: given["description"] for name, given in found.get("outputs", {}).items()}
    assert {name: row["text"] for name, row in table(page, "output").items()} == outputs
    scopes = PERMISSION.findall(page)
    assert scopes
    assert {name for name, _ in scopes} <= SCOPES


@pytest.mark.parametrize("action", ACTIONS)
def test_the_sample_is_by_our_commit_and_gives_what_the_action_takes(action: str) -> None:
    found, page = read(action)
    pins = tomllib.loads((ROOT / "mlops_ext/starter/pins.toml").read_text())
    [sample] = SAMPLE.findall(page)
    step = next(one for one in yaml.safe_load(sample) if "uses" in one)
    assert step["uses"] == f"{pins['repository']}/github-actions/{action}@{pins['commit']}"
    given = step.get("with", {})
    needed = {name for name, one in found["inputs"].items() if one.get("required")}
    assert needed <= set(given) <= set(found["inputs"])


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_short_and_only_calls(action: str) -> None:
    found, _ = read(action)
    assert len((FOLDER / action / "action.yml").read_text().splitlines()) < 40
    [step] = found["runs"]["steps"]
    assert step["run"] == f'exec python3 -I "$GITHUB_ACTION_PATH/../start.py" {action}'
    assert step["env"] == {_variable(name): f"${{{{ inputs.{name} }}}}" for name in found["inputs"]}
    if action in STAGES:
        assert list(found["outputs"])[: len(OUTPUTS)] == list(OUTPUTS)


def _variable(name: str) -> str:
    return "GITHUB_TOKEN" if name == "token" else f"INPUT_{name.upper().replace('-', '_')}"


def test_the_list_has_every_action_with_its_own_words() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    for action in ACTIONS:
        said = read(action)[0]["description"]
        assert f"| [{action}]({action}/README.md) | {said} |" in page
    assert set(ACTIONS) >= STAGES


@pytest.mark.parametrize("linter", LINTERS)
def test_the_workflow_of_the_guide_is_one_that_linters_accept(linter: str, tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "guides" / "github-actions.md").read_text(encoding="utf-8")
    [workflow] = [block for block in SAMPLE.findall(guide) if "jobs:" in block]
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    git(tmp_path, "init", "-q")
    (tmp_path / ".github" / "workflows" / "mlops.yml").write_text(workflow, encoding="utf-8")
    code, said = lint(linter, tmp_path, ".github/workflows/mlops.yml")
    assert code == 0, said


def test_the_steps_of_the_guide_give_what_the_actions_take() -> None:
    guide = (ROOT / "docs" / "guides" / "github-actions.md").read_text(encoding="utf-8")
    seen = 0
    for block in map(yaml.safe_load, SAMPLE.findall(guide)):
        steps = (
            block if isinstance(block, list) else block.get("jobs", {}).get("integrate", {}).get("steps", [])
        )
        for step in (one for one in steps if OURS in one["uses"]):
            action = step["uses"].partition(OURS)[2].partition("@")[0]
            assert set(step["with"]) <= set(read(action)[0]["inputs"])
            seen += 1
    assert seen == 2


def test_locks_hold_what_the_tests_run_with() -> None:
    pin = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)
    known = set(pin.findall((ROOT / "tools.lock").read_text()))
    locks = sorted((FOLDER / "locks").glob("*.lock"))
    plugins = {path.parent.name.removeprefix("mlops-ext-") for path in ROOT.glob("plugins/*/pyproject.toml")}
    assert {path.stem for path in locks} == {"build", "host", *plugins}
    for lock in locks:
        text = lock.read_text()
        assert set(pin.findall(text)) <= known, f"{lock.name}: run .ci/lock-actions"
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "://" not in text
        _holds(lock, {name.lower() for name, _ in pin.findall(text)})


def _holds(lock: Path, names: set[str]) -> None:
    """What the distribution asks for is in its lock, also after somebody added a dependency."""
    if lock.stem == "build":
        return
    place = ROOT if lock.stem == "host" else ROOT / "plugins" / f"mlops-ext-{lock.stem}"
    project = tomllib.loads((place / "pyproject.toml").read_text())["project"]
    needs = [re.split(r"[\[<>=!~; ]", need)[0].lower() for need in project["dependencies"]]
    assert {need for need in needs if need != "mlops-ext"} <= names
