"""What holds for every reusable workflow and every caller, whatever the linters know of it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from acting.clean import ROOT

from workflows.callers import callers

FOLDER = ROOT / ".github/workflows"
STAGES = ("develop", "integrate", "deliver", "trigger", "release", "monitor")
EVERYWHERE = {
    "runs-on", "container", "python-version", "install", "requirements", "wheelhouse", "project",
    "variables", "timeout-minutes",
}  # fmt: skip
OF_STAGES = EVERYWHERE | {"project-requirements", "model"}
WITHOUT_SECRETS = {"integrate", "comment"}
LEVELS = ("none", "read", "write")


def read(text: str) -> dict[str, Any]:
    found = yaml.load(text, yaml.BaseLoader)
    assert isinstance(found, dict)
    return found


WORKFLOWS = {
    path.stem: read(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yml") if path.stem != "ci"
}


def called(job: dict[str, Any]) -> str:
    """The stage of a job that calls a workflow of ours."""
    return str(job["uses"]).partition("/.github/workflows/")[2].partition(".yml@")[0]


def test_there_is_one_for_each_stage_and_one_for_the_loop() -> None:
    assert set(WORKFLOWS) == {*STAGES, "comment", "loop"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_inputs_and_secrets(name: str) -> None:
    call = WORKFLOWS[name]["on"]["workflow_call"]
    assert set(call["inputs"]) >= (OF_STAGES if name != "comment" else EVERYWHERE)
    assert not any("zone" in given for given in call["inputs"])
    assert set(call.get("secrets", {})) == (set() if name in WITHOUT_SECRETS else {"environment"})
    assert ("secrets." in (FOLDER / f"{name}.yml").read_text()) == (name not in WITHOUT_SECRETS)


@pytest.mark.parametrize("name", sorted(set(WORKFLOWS) - {"loop"}))
def test_every_job_has_limits_and_no_shell(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}
    for job in WORKFLOWS[name]["jobs"].values():
        assert job["runs-on"] == "${{ fromJSON(inputs.runs-on) }}"
        assert job["container"] == "${{ inputs.container }}"
        assert job["timeout-minutes"] == "${{ inputs.timeout-minutes }}"
        assert job["permissions"]
        assert job["concurrency"]["group"].startswith(f"mlops-ext-{name}-${{{{")
        assert not any("run" in step for step in job["steps"])
        assert all(step["with"]["persist-credentials"] == "false" for step in job["steps"][:1])
        zone = job.get("env", {}).get("MLOPS_EXT_ZONE", "")
        assert ("'pull-request'" in zone and "inputs." not in zone) == (name != "comment")


def test_integrate_may_only_read_and_comment_checks_nothing_of_a_change_out() -> None:
    (integrate,) = WORKFLOWS["integrate"]["jobs"].values()
    assert integrate["permissions"] == {"contents": "read"}
    (comment,) = WORKFLOWS["comment"]["jobs"].values()
    (checkout,) = [step for step in comment["steps"] if step["uses"].startswith("actions/checkout@")]
    assert not set(checkout["with"]) & {"ref", "repository"}
    assert "head_repository.full_name" in comment["concurrency"]["group"]


def asked(name: str) -> dict[str, str]:
    """The most that any job of a workflow asks for."""
    found: dict[str, str] = {}
    for job in WORKFLOWS[name]["jobs"].values():
        for scope, level in job["permissions"].items():
            found[scope] = max(level, found.get(scope, "none"), key=LEVELS.index)
    return found


@pytest.mark.parametrize("name", sorted(callers()))
def test_a_caller_of_the_guide_grants_what_is_asked_for_and_no_more(name: str) -> None:
    for job in read(callers()[name])["jobs"].values():
        assert job["permissions"] == asked(called(job)), name


def test_the_loop_grants_what_is_asked_for_and_no_more_and_hands_everything_on() -> None:
    for job in WORKFLOWS["loop"]["jobs"].values():
        assert job["permissions"] == asked(called(job))
        given = job["with"]
        assert {name: given[name] for name in OF_STAGES} == {
            name: f"${{{{ inputs.{name} }}}}" for name in OF_STAGES
        }
        assert set(given) <= set(WORKFLOWS[called(job)]["on"]["workflow_call"]["inputs"])
