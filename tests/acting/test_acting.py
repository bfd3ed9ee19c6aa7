"""The harness itself: what it reads, what stands in for GitHub's own actions, and that nothing gets out."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from calling import commit

from acting.network import cut
from acting.runner import Act

PASS_ON = """
on: [push, pull_request]
jobs:
  make:
    runs-on: ubuntu-24.04
    outputs:
      said: ${{ steps.say.outputs.said }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
      - id: say
        env: {SECRET: "${{ secrets.WORD }}", TITLE: "${{ github.event.pull_request.title }}"}
        run: |
          mkdir -p out/deep; echo "$TITLE" >out/deep/title; echo hidden >out/.hidden
          echo "::warning file=a.py,line=3::mind the gap"; echo "secret $SECRET"
          echo "# done" >>"$GITHUB_STEP_SUMMARY"; printf 'said=%s\\n' yes >>"$GITHUB_OUTPUT"
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with: {name: answer, path: out}
  take:
    needs: make
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
        with: {name: answer, path: in}
      - id: read
        run: printf 'title=%s\\n' "$(cat in/deep/title)" >>"$GITHUB_OUTPUT"
  again:
    needs: make
    runs-on: ubuntu-24.04
    steps:
      - run: mkdir out && echo more >out/file
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with: {name: answer, path: out}
  elsewhere:
    runs-on: windows-latest
    steps:
      - run: "true"
"""


@pytest.fixture
def repository(project: Path) -> Path:
    """A repository with the workflow above."""
    (project / ".github/workflows").mkdir(parents=True)
    (project / ".github/workflows/pass-on.yml").write_text(PASS_ON)
    commit(project)
    return project


def test_outputs_summaries_annotations_and_results_of_jobs(
    act: Act, repository: Path, no_network: None
) -> None:
    payload = {"pull_request": {"number": 7, "title": 'a"; echo pwned; "'}}
    ran = act(
        "pull_request",
        ".github/workflows/pass-on.yml",
        repository,
        payload=payload,
        secrets={"WORD": "s3cret-word-of-this-test"},
    )
    assert ran.results == {"make": "success", "take": "success", "again": "failure"}, ran.everything
    assert ran.outputs("say", job="make") == {"said": "yes"}
    assert ran.outputs("read") == {"title": 'a"; echo pwned; "'}
    assert ran.summaries == ["# done\n"]
    assert ran.annotations("warning") == [({"file": "a.py", "line": "3"}, "mind the gap")]
    assert "secret ***" in ran.log
    assert [file.name for file in ran.artifacts.rglob("*") if file.is_file()] == ["title"]
    assert "already exists" in ran.annotations("error")[0][1]


def test_a_third_party_is_refused(act: Act, repository: Path) -> None:
    (repository / ".github/workflows/other.yml").write_text("jobs: {a: {steps: [\n- uses: some/one@v1\n]}}")
    with pytest.raises(AssertionError, match="some/one"):
        act("push", ".github/workflows/pass-on.yml", repository)


def test_without_a_network_there_is_loopback_alone() -> None:
    before = socket.if_nameindex()
    with cut() as without:
        if not without:
            pytest.skip("this machine lets nobody make a network namespace")
        assert [name for _, name in socket.if_nameindex()] == ["lo"]
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    assert socket.if_nameindex() == before
