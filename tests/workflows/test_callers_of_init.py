"""What events make the callers that `init --github` wrote ask, with a team's targets, models and keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from acting.runner import Act
from calling import call, commit, git

from workflows.callers import CALL, caller
from workflows.recorder import Call, Recorder

SETTINGS = """name = "flights"
plugins = ["dvc", "mlflow"]
[models.delay]
[models."delay.eu"]
[targets.dev]
[targets.stage]
[targets.live]
after = { target = "stage" }
approval = "github"
"""
STORE = "['remote \"store\"']\n    url = s3://bucket/dvc\n"
OWN = """on: push
jobs:
  a:
    runs-on: ubuntu-latest
    env: {AWS_ACCESS_KEY_ID: "${{ secrets.DATA_KEY }}"}
    steps: []
"""
KEYS = {"DATA_KEY": "a-key-of-the-team-5512", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-team-8831"}
REPOSITORY = {"repository": {"full_name": "acme/flights", "default_branch": "main"}}
TRAINED = {"outputs": {"record": "ef56", "model-version": "delay/2"}}


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A project below the top, with the callers as written but for the tools, which are on PATH."""
    root = tmp_path / "team"
    files = {"ml/mlops-ext.toml": SETTINGS, "ml/.dvc/config": STORE, ".github/workflows/own.yml": OWN}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    call(root / "ml", "init", "--github", "--yes")
    for path in root.glob(".github/workflows/mlops-ext-*.yml"):
        path.write_text(CALL.sub(lambda found: f"{found[0]}      install: none\n", path.read_text()))
    commit(root)
    return root


def asked(act: Act, team: Path, recorder: Recorder, event: str, stage: str, **inputs: str) -> list[Call]:
    payload: dict[str, Any] = {**REPOSITORY, "inputs": inputs} if inputs else dict(REPOSITORY)
    ran = act(event, caller(stage), team, payload=payload, env=recorder.env, secrets=KEYS)
    assert "failure" not in ran.results.values(), ran.everything
    assert not any(value in ran.log for value in KEYS.values())
    for call_ in recorder.calls:
        assert "--project=ml" in call_.words
        assert call_.env["AWS_ACCESS_KEY_ID"] == KEYS["DATA_KEY"]
        assert call_.env["AWS_SECRET_ACCESS_KEY"] == KEYS["AWS_SECRET_ACCESS_KEY"]
    return recorder.calls


@pytest.mark.parametrize(("branch", "target"), [("change", "dev"), ("main", "stage")])
def test_a_push_delivers_to_the_target_of_its_branch(
    act: Act, team: Path, recorder: Recorder, branch: str, target: str
) -> None:
    git(team, "checkout", "-q", "-B", branch)
    commit(team)
    calls = asked(act, team, recorder, "push", "deliver")
    assert [" ".join(one.command) for one in calls] == ["integrate", f"deliver {target}"]


def test_by_hand_the_reviewers_yes_is_recorded_before(act: Act, team: Path, recorder: Recorder) -> None:
    calls = asked(act, team, recorder, "workflow_dispatch", "deliver", target="live")
    assert [one.command[0] for one in calls] == ["integrate", "approve", "deliver"]
    assert calls[-1].command[-1] == "live"


def test_each_model_is_asked_for_and_released_where_it_was_trained(
    act: Act, team: Path, recorder: Recorder
) -> None:
    recorder.tell(trigger=TRAINED)
    calls = asked(act, team, recorder, "schedule", "trigger")
    for model in ("delay", "delay.eu"):
        own = [one.command for one in calls if f"--model={model}" in one.command]
        assert [words[0] for words in own] == ["trigger", "release", "release"]
        assert ["--judge" in words for words in own] == [False, True, False]
