"""The loop as jobs, without a network: from a push to a live service, and back through monitor's dispatch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from acting.acted import Acted
from acting.runner import Act
from calling import commit
from github_api import GitHub, Repository

from workflows.callers import caller, write_callers
from workflows.flights import Flights, flights

TEAM = "acme/flights"
TOKEN = "the-token-of-this-test"
MAY = {"contents": "write", "deployments": "write", "issues": "write", "actions": "read"}
PUSH = {
    "deliver to pre-production": "success",
    "trigger": "success",
    "deliver to production": "success",
    "gates": "success",
    "serve": "success",
}


class Hosted:
    """The repository, its GitHub, and the runner that its jobs find."""

    def __init__(self, act: Act, made: Flights, github: GitHub) -> None:
        self.act, self.made, self.github = act, made, github
        self.repository: Repository = github.repository(TEAM)
        github.token(TOKEN, MAY)

    def run(self, event: str, **payload: Any) -> Acted:
        """The loop's caller for an event."""
        server = {**self.github.environ(TEAM), "GITHUB_SERVER_URL": "https://github.com", **self.made.env}
        payload["repository"] = {"full_name": TEAM, "default_branch": "main"}
        given = [f"--env={name}={value}" for name, value in server.items()]
        secrets = [f"-s=GITHUB_TOKEN={TOKEN}", f"-s=MLOPS_EXT_ENVIRONMENT={self.made.store}"]
        return self.act(
            event, caller("loop"), self.made.root, *given, *secrets, payload=payload, timeout=1200
        )

    def scheduled(self, time: str) -> Acted:
        """The schedule fires at a time of the story's."""
        write_callers(self.made.root, f'as-of: "{time}"')
        commit(self.made.root, "the time it is")
        return self.run("schedule", schedule="17 4 * * *")


@pytest.mark.stress
def test_the_loop_closes_through_monitors_dispatch(act: Act, tmp_path: Path, no_network: None) -> None:
    with flights(tmp_path / "team") as made, GitHub() as github:
        hosted = Hosted(act, made, github)

        pushed = hosted.run("push")
        assert pushed.results == PUSH, pushed.everything
        assert made.version() == "1"

        now = made.fly(9, temp=40.0)
        watched = hosted.scheduled(now.isoformat())
        assert watched.results == {"monitor": "failure"}, watched.everything
        (sent,) = hosted.repository.dispatches
        assert sent["client_payload"]["trigger"].startswith("drift:")
        assert made.version() == "1"

        # Another runner of the pool has the service's folder, and never had the pipeline's.
        made.forget_pipelines()
        heard = {"action": sent["event_type"], "client_payload": sent["client_payload"]}
        again = hosted.run("repository_dispatch", **heard)
        assert again.results == {"trigger": "success", "gates": "success", "serve": "success"}, (
            again.everything
        )
        assert "production was empty here" in again.log
        assert made.version() == "2"
        assert "flight-delay/2 was trained for drift" in again.log
        assert github.unlike == []
        told = "".join(run.log + "".join(run.summaries) for run in (pushed, watched, again))
        assert TOKEN not in told
        assert made.store.partition("=")[2] not in told
