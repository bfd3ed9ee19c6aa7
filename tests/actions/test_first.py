from __future__ import annotations
from pathlib import Path
import pytest
from acting.runner import Act
from calling import commit
W = Path(__file__).parents[2]/".build/wheelhouse"
FLOW = """
on: [push]
jobs:
  a:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - id: say
        uses: mlops-ext/mlops-ext/github-actions/integrate@69328d8b9b14bed0e3c9d5a392c26ae5f542d30f
        with: {install: wheelhouse, wheelhouse: WH}
"""
def test_a(act, project, no_network):
    (project / ".github/workflows").mkdir(parents=True)
    (project / ".github/workflows/pass-on.yml").write_text(FLOW.replace("WH",str(W)))
    commit(project)
    ran = act("push", ".github/workflows/pass-on.yml", project)
    print(ran.log, ran.results, ran.steps, ran.outputs("say"), ran.outputs("say","integrate"), ran.summaries, ran.annotations("error"), ran.stderr)
    print([e for e in ran.events if "command" in e])
    assert 0
