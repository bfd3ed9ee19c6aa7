"""What children in the project environment see of ours: nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mlops_ext.process import project_environment, quiet


def test_ours_leaves_and_theirs_stays(tmp_path: Path) -> None:
    ours = str(Path(sys.executable).parent)
    (tmp_path / "host" / "mlops_ext").mkdir(parents=True)
    (tmp_path / "host" / "mlops_ext" / "__init__.py").touch()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    base = {
        "PATH": os.pathsep.join([ours, "/usr/bin"]),
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "host"), str(tmp_path / "theirs")]),
        "VIRTUAL_ENV": str(Path(ours).parent),
    }
    env = project_environment(tmp_path / "venv" / "bin" / "python", base)
    assert env["PATH"] == os.pathsep.join([str(tmp_path / "venv" / "bin"), "/usr/bin"])
    assert env["PYTHONPATH"] == str(tmp_path / "theirs")
    assert env["VIRTUAL_ENV"] == str(tmp_path / "venv")
    assert env["DVC_NO_ANALYTICS"] == "1"


def test_our_own_environment_is_left_as_it_is() -> None:
    base = {"PATH": "/usr/bin", "PYTHONPATH": "/somewhere"}
    env = project_environment(Path(sys.executable), base)
    assert env["PYTHONPATH"] == "/somewhere"
    assert env["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


@pytest.mark.parametrize("inside", [True, False])
def test_what_a_step_may_do_to_its_job_is_ours(inside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true" if inside else "")
    base = {"PATH": "/usr/bin", "GITHUB_TOKEN": "ghs_1", "GITHUB_ENV": "/env", "GITHUB_SHA": "1"}
    env = project_environment(Path(sys.executable), base)
    assert ("GITHUB_TOKEN" in env, "GITHUB_ENV" in env) == (not inside, not inside)
    assert env["GITHUB_SHA"] == "1"


def test_quiet_turns_telemetry_off_even_where_it_was_on() -> None:
    assert quiet({"DO_NOT_TRACK": "0"})["DO_NOT_TRACK"] == "true"
