"""The name of an environment: the same from its folders and from its interpreter, and only of what counts."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mlops_ext import worker
from mlops_ext.environments import differences, environment_of
from mlops_ext.environments.digest import _ask, _of
from mlops_ext.environments.venv import venv_facts


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    return tmp_path / "venv"


def install(venv: Path, name: str, url: dict[str, object] | None = None) -> Path:
    info = next(venv.glob("lib/python*/site-packages")) / f"{name}.dist-info"
    info.mkdir()
    if url is not None:
        (info / "direct_url.json").write_text(json.dumps(url))
    return info


def test_folders_and_interpreter_say_the_same(venv: Path) -> None:
    install(venv, "Some.Name-1.0")
    python = venv / "bin" / "python"
    assert venv_facts(python) is not None, "it was read without starting the interpreter"
    read = environment_of(python)
    assert read == _of(_ask(python))
    assert dict(read.packages) == {"some-name": "1.0"}
    assert read.digest.startswith("sha256:")


def test_our_own_environment_is_what_importlib_says_without_ours() -> None:
    own = environment_of(Path(sys.executable))
    names = {re.sub(r"[-_.]+", "-", dist.name).lower() for dist in importlib.metadata.distributions()}
    assert set(own.packages) == {name for name in names if not name.startswith("mlops-ext")}
    assert own.python == sys.version.split()[0]


def test_the_digest_is_of_what_counts(venv: Path) -> None:
    python = venv / "bin" / "python"
    empty = environment_of(python)
    install(venv, "mlops_ext-0.1")
    install(venv, "mlops_ext_dvc-0.1")
    assert environment_of(python) == empty, "an update of ours is no other environment"
    install(venv, "tiny-1.0")
    one = environment_of(python)
    assert one.digest != empty.digest
    assert differences(empty, one) == ["tiny nothing -> 1.0"]


@pytest.mark.parametrize(
    ("url", "version"),
    [
        ({"url": "file:///home/me/x", "dir_info": {"editable": True}}, "1.0 (editable)"),
        ({"url": "file:///home/me/x", "dir_info": {}}, "1.0 (local folder)"),
        ({"url": "https://h/x", "vcs_info": {"vcs": "git", "commit_id": "3f2a"}}, "1.0 (git 3f2a)"),
        ({"url": "https://h/x.whl", "archive_info": {"hashes": {"sha256": "ab"}}}, "1.0 (archive ab)"),
        ({"url": "https://u:p@h/x.whl", "archive_info": {}}, "1.0 (archive x.whl)"),
    ],
)
def test_what_is_no_release_does_not_look_like_one(venv: Path, url: dict[str, object], version: str) -> None:
    install(venv, "tiny-1.0", url)
    assert environment_of(venv / "bin" / "python").packages["tiny"] == version


def test_the_first_of_a_name_wins(tmp_path: Path) -> None:
    for folder, version in (("first", "2.0"), ("second", "1.0")):
        (tmp_path / folder / f"tiny-{version}.dist-info").mkdir(parents=True)
    folders = [str(tmp_path / name) for name in ("none", "first", "second")]
    assert worker.installed(folders) == {"tiny": "2.0"}


def test_where_the_files_do_not_tell_the_interpreter_is_asked(venv: Path) -> None:
    python, settings = venv / "bin" / "python", venv / "pyvenv.cfg"
    settings.write_text(
        settings.read_text().replace(
            "include-system-site-packages = false", "include-system-site-packages = true"
        )
    )
    assert venv_facts(python) is None
    assert environment_of(python).python == sys.version.split()[0]


def test_it_costs_little() -> None:
    python = Path(sys.executable)
    environment_of(python)
    begun = time.perf_counter()
    environment_of(python)
    assert time.perf_counter() - begun < 0.05
