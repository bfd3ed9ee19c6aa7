"""Hooks in an environment that the runner makes: installed from wheels, where no network is."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from acting.network import cut
from calling import commit, git
from functional.hooked import WORKFLOW, this_checkout, tool, without_ours
from projects.make import ROOT

WHEELS = ROOT / ".build" / "wheelhouse"
TABLE = "id,price\n1,10\n"


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """A repository with a pointer of DVC's; neither DVC nor `mlops-ext` is there."""
    root = tmp_path / "team"
    root.mkdir()
    digest = hashlib.md5(TABLE.encode(), usedforsecurity=False).hexdigest()
    (root / "visits.csv.dvc").write_text(f"outs:\n- md5: {digest}\n  path: visits.csv\n")
    source, revision = this_checkout(tmp_path)
    hooks = [{"id": "mlops-ext-guard"}, {"id": "mlops-ext-workflows"}]
    config = {"repos": [{"repo": source.as_uri(), "rev": revision, "hooks": hooks}]}
    (root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(root, "init", "-q")
    commit(root)
    return root


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A new machine's: no cache, no index, and of our programs uv alone."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "uv").symlink_to(tool("uv"))
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(programs), without_ours(os.environ["PATH"])]),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(WHEELS),
    }


@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_they_are_installed_and_asked(team, env, runner):
    (team / ".github" / "workflows").mkdir(parents=True)
    (team / ".github" / "workflows" / "a.yml").write_text(WORKFLOW)
    (team / "copy.csv").write_text(TABLE)
    git(team, "add", "-A")
    with cut():
        done = subprocess.run([tool(runner), "run"], cwd=team, env=env, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "copy.csv has the bytes of visits.csv, which DVC keeps" in done.stdout
    assert 'property "evnt_name" is not defined' in done.stdout
