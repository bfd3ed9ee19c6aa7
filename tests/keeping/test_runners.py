"""The stages on runners that are thrown away: by Git and a bucket alone the next one finds what it needs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from projects.make import Tiny, ended, make, run_once
from projects.variants import ONE_TARGET

from keeping.conftest import KEYS, S3

ZONE = {
    "GITHUB_ACTIONS": "true",
    "RUNNER_ENVIRONMENT": "github-hosted",
    "GITHUB_REF_PROTECTED": "true",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_REF": "refs/heads/main",
}


def runner(first: Tiny, url: str, folder: Path) -> Tiny:
    """A new machine: a clone, an empty home and no cache."""
    folder.mkdir()
    tiny = Tiny(folder)
    tiny.run("git", "clone", "-q", url, folder / "visits", cwd=folder)
    shutil.copytree(first.folder / "feed", folder / "feed")
    tiny.env |= {**KEYS, **ZONE}
    tiny.dvc("pull", "-q")
    return tiny


@pytest.mark.stress
@pytest.mark.usefixtures("bucket")
def test_each_stage_on_a_runner_of_its_own(tmp_path, git_url, s3_endpoint):
    first = make(tmp_path, files=ONE_TARGET)
    (first.root / ".dvc" / "config").write_text(S3.format(endpoint=s3_endpoint))
    first.env |= KEYS
    run_once(first)
    first.dvc("push", "-q")
    first.run("git", "config", "http.receivepack", "true", cwd=tmp_path / "origin.git")
    url = f"{git_url}/origin.git"
    runner(first, url, tmp_path / "a").call("integrate")
    runner(first, url, tmp_path / "b").call("deliver", "production")
    third = runner(first, url, tmp_path / "c")
    third.call("deliver", "production")
    third.call("trigger", "--demand", "the first model")
    with ended(runner(first, url, tmp_path / "d")) as fourth:
        assert "service" in fourth.call("release").stdout
    fifth = runner(first, url, tmp_path / "e")
    links = json.loads(fifth.call("why", "purchase@champion", "--format", "json", code=None).stdout)
    assert [link for link in links if link["state"] == "BROKEN"] == []
    assert {"record", "model-version", "data"} <= {link["kind"] for link in links}
    assert json.loads(fifth.call("integrate", "--format", "json").stdout)["replayed"] is True
