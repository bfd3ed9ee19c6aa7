"""Which Python is the project's, and what is told when it is not there; and where uv is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mlops_ext.environments import find_uv, project_python
from mlops_ext.errors import CouldNotTellError, SettingsError


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path / ".venv"


def test_settings_then_virtual_env_then_our_own(tmp_path: Path, venv: Path) -> None:
    active = {"VIRTUAL_ENV": str(venv)}
    assert project_python(tmp_path, ".venv/bin/python", {}) == (venv / "bin" / "python", "settings")
    assert project_python(tmp_path, None, active) == (venv / "bin" / "python", "VIRTUAL_ENV")
    assert project_python(tmp_path, None, {}) == (Path(sys.executable), "own")
    assert project_python(tmp_path, str(sys.executable), active).source == "settings"


def test_one_that_is_not_there_never_falls_back(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\.venv/bin/python, is not there") as raised:
        project_python(tmp_path, ".venv/bin/python", {})
    assert raised.value.key == "python"
    with pytest.raises(SettingsError, match="VIRTUAL_ENV="):
        project_python(tmp_path, None, {"VIRTUAL_ENV": str(tmp_path / "gone")})


def test_on_ci_the_active_one_stands_for_one_that_nobody_made(tmp_path: Path, venv: Path) -> None:
    on_ci = {"VIRTUAL_ENV": str(venv), "CI": "true"}
    assert project_python(tmp_path, "env/bin/python", on_ci).source == "VIRTUAL_ENV"
    assert project_python(tmp_path, str(sys.executable), on_ci).source == "settings"
    for env in ({"CI": "true"}, {"VIRTUAL_ENV": str(venv)}):
        with pytest.raises(SettingsError, match="env/bin/python, is not there"):
            project_python(tmp_path, "env/bin/python", env)


def test_uv_is_found_and_missing_uv_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_uv().name == "uv"
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CouldNotTellError, match="uv was not found") as raised:
        find_uv()
    assert raised.value.hint == "pip install uv"
    (tmp_path / "uv").touch(mode=0o755)
    assert find_uv() == tmp_path / "uv"
