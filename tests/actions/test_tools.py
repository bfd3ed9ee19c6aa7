"""What is decided before anything is installed: which plugins, which words, where environments are kept."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.bench import ROOT, STAGES
from mlops_ext.cli.group import COMMANDS


@pytest.fixture(scope="module")
def tools() -> Iterator[Any]:
    """The modules beside start.py, by their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "github-actions"))
        names = ("arguments", "kept", "named")
        yield {name: importlib.import_module(f"tools.{name}") for name in names}


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"mlops-ext.toml": 'plugins = ["dvc", "ibis"]'}, ["dvc", "ibis"]),
        ({"pyproject.toml": '[tool.mlops-ext]\nplugins = ["mlflow"]'}, ["mlflow"]),
        ({"pyproject.toml": "[project]\nname = 'a'", "../mlops-ext.toml": 'plugins = ["serve"]'}, ["serve"]),
        ({"mlops-ext.toml": 'plugins = ["../../dvc", "-dvc", "of-a-team", 3, "dvc"]'}, ["dvc"]),
        ({"mlops-ext.toml": 'plugins = "dvc"'}, []),
        ({"mlops-ext.toml": "plugins = ["}, []),
        ({"pyproject.toml": "tool = 3"}, []),
        ({}, []),
    ],
)
def test_plugins_are_those_that_the_nearest_settings_name(
    tools: dict[str, Any], tmp_path: Path, files: dict[str, str], names: list[str]
) -> None:
    project = tmp_path / "repository" / "project"
    project.mkdir(parents=True)
    for name, text in files.items():
        (project / name).write_text(text)
    assert tools["named"].named(project, ROOT / "plugins") == names


def test_every_option_that_is_given_is_one_of_the_command(
    tools: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path))
    given = "answer as-of change commit compare conclusion demand model name package project report set"
    for name in (*given.split(), "target", "version"):
        monkeypatch.setenv(f"INPUT_{name.upper().replace('-', '_')}", "x")
    monkeypatch.setenv("INPUT_PULL", "true")
    for action in (*STAGES, "approve", "comment"):
        assert action in COMMANDS
        command = importlib.import_module(f"mlops_ext.cli.{action}").command
        known = {option for parameter in command.params for option in parameter.opts}
        first, *words = tools["arguments"].words(action)
        assert first == action
        assert {word.partition("=")[0] for word in words if word.startswith("--") and word != "--"} <= known


def test_environments_are_kept_where_we_may_write(
    tools: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[Path] = []
    (tmp_path / "file").touch()
    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(tmp_path / "file"))
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "temp"))

    def make(place: Path) -> None:
        place.mkdir()
        made.append(place)

    first = tools["kept"].kept([b"a", b"b"], make)
    assert tools["kept"].kept([b"a", b"b"], make) == first
    assert tools["kept"].kept([b"ab"], make) != first
    assert len(made) == 2
    assert first.is_relative_to(tmp_path / "temp" / "mlops-ext")


def test_what_could_not_be_made_is_made_again(
    tools: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(tmp_path))

    def half(place: Path) -> None:
        place.mkdir()
        (place / "half").touch()
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        tools["kept"].kept([b"a"], half)
    place = tools["kept"].kept([b"a"], lambda place: place.mkdir())
    assert [path.name for path in place.iterdir()] == ["complete"]
