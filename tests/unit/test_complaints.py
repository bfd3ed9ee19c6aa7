"""The page of complaints has all twelve, and what it says of the workflows is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "complaints.md"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# What makes a group one change's alone; a branch's name is the same in every fork.
OWN = ("pull_request.number", "head_repository.full_name")


def groups(path: Path) -> Iterator[dict[str, Any]]:
    content = yaml.safe_load(path.read_text())
    for body in (content, *content["jobs"].values()):
        if "concurrency" in body:
            yield body["concurrency"]


def has_steps(path: Path) -> bool:
    return any("steps" in job for job in yaml.safe_load(path.read_text())["jobs"].values())


def test_there_are_twelve_each_with_threads_an_answer_and_a_test() -> None:
    rows = re.findall(r"^\| (\d+) \|(.*)\|$", PAGE.read_text(), re.MULTILINE)
    assert [number for number, _ in rows] == [str(number) for number in range(1, 13)]
    for _, row in rows:
        complaint, threads, answer, tests = row.split("|")
        assert complaint.strip()
        assert answer.strip()
        assert "#" in threads
        assert "::test_" in tests


def test_a_run_cancels_no_run_of_somebody_else() -> None:
    found = [(path.name, group) for path in WORKFLOWS for group in groups(path)]
    assert {name for name, _ in found} == {path.name for path in WORKFLOWS if has_steps(path)}
    for name, group in found:
        assert group["group"], name
        if group.get("cancel-in-progress"):
            assert any(word in group["group"] for word in OWN), name


def test_no_workflow_starts_with_the_rights_of_the_base_for_a_pull_request() -> None:
    started = {event for path in WORKFLOWS for event in yaml.safe_load(path.read_text())[True]}
    assert started
    assert "pull_request_target" not in started
