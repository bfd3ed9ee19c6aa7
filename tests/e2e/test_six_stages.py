"""Six stages from built wheels, with pandas 3.1 and a class of the team's own in the project."""

from __future__ import annotations

import json
import urllib.request

import pytest
from harness.arena import read_json
from projects.environments import Venv
from projects.make import Tiny
from projects.visits import FEATURES
from projects.visits import visits as rows


class Story:
    """One project and the command from the wheels."""

    def __init__(self, tools: Venv, tiny: Tiny) -> None:
        self.tools = tools
        self.tiny = tiny

    def call(self, *words: str, code: int = 0) -> str:
        """What the installed `mlops-ext` says."""
        env = {name: value for name, value in self.tiny.env.items() if name != "PATH"}
        return self.tools.run("mlops-ext", *words, cwd=self.tiny.root, code=code, **env)

    def ask(self, path: str, body: object = None) -> object:
        """The service's answer."""
        address = read_json(self.tiny.home / "production" / "services" / "purchase" / "address.json")
        assert isinstance(address, dict)
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://{address['host']}:{address['port']}{path}", data, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def send(self, first: int, days: int, scale: float = 1.0) -> None:
        """Requests of some days, as the shop sends them."""
        table = rows(days, first=first, scale=scale).select(["id", "day", *FEATURES])
        records = [{**row, "day": row["day"].isoformat()} for row in table.to_pylist()]
        said = self.ask("/invocations", {"records": records})
        assert len(said["predictions"]) == len(records)


@pytest.fixture(scope="module")
def story(tools: Venv, visits: Tiny) -> Story:
    """The story's one project."""
    return Story(tools, visits)


def test_the_environments_differ(tools, project_environment, tmp_path):
    pandas = [
        venv.run("python", "-c", "import pandas; print(pandas.__version__)", cwd=tmp_path).strip()
        for venv in (tools, project_environment)
    ]
    assert pandas[0] < "3.1" <= pandas[1]


def test_1_develop(story):
    told = story.call("develop")
    assert "3 of 3 steps ran, finished" in told
    story.tiny.commit("a run")
    assert "0 of 3 steps ran, finished" in story.call("develop")


def test_2_integrate(story):
    first = story.call("integrate")
    assert "great-expectations" in first
    assert "package" in first
    second = story.call("integrate")
    assert "answered from a record" in second


def test_3_deliver_and_4_trigger(story):
    story.call("deliver", "test")
    assert "nobody approved" in story.call("deliver", "production", code=1)
    assert "the pipeline ran on test" in story.call("trigger", "--demand", "try it", "--target", "test")
    story.call("approve", "production")
    story.call("deliver", "production")
    assert "already" in story.call("deliver", "production")
    assert "purchase/1 was trained for demand" in story.call("trigger", "--demand", "the first model")


def test_5_release_serves_a_class_of_the_teams_own(story):
    assert "purchase/1 serves on production" in story.call("release")
    said = story.ask("/version")
    assert said["ready"]
    assert said["version"] == 1
    assert "serves on production already" in story.call("release")


def test_6_monitor_finds_what_moved_and_trigger_retrains(story):
    story.send(60, 15, scale=4.0)
    story.tiny.bring(75)
    told = story.call("monitor", "--html", "--as-of", "2026-03-17", code=1)
    assert "drift" in told
    assert "minutes" in told
    assert list((story.tiny.root / ".mlops-ext" / "reports").glob("*.html")), told
    assert "purchase/2 was trained for drift" in story.call("trigger")


def test_why_leads_down_to_the_bytes(story):
    told = story.call("why", "purchase@champion")
    for word in ("service", "promotion", "release", "trigger", "deliver", "integrate", "visits"):
        assert word in told, told
    assert "BROKEN" not in told
    assert "unreachable" not in told
