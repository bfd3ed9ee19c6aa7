"""Errors before a stage starts: the same look, and a document for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from unit.output.test_machine import strict, validate

from mlops_ext.cli.group import main


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    # A command treats TERM as INT; this process goes on after it.
    monkeypatch.setattr("mlops_ext.signals.treat_alike", lambda: None)


def test_settings_that_are_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["integrate"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    first, *_, empty, last = told.err.splitlines()
    assert first.startswith("no ")
    assert empty == ""
    assert last == "integrate can't begin: settings, or the words of the call"


def test_a_wrong_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["integrate", "--nosuch"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "No such option '--nosuch'.",
        "  help    mlops-ext integrate --help",
        "",
        "integrate can't begin: settings, or the words of the call",
    ]


@pytest.mark.parametrize("words", [["--format", "json"], ["--format=json"], ["--format=json", "--nosuch"]])
def test_programs_get_a_document(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["integrate", *words]) == 2
    told = capsys.readouterr()
    document = strict(told.out)
    validate(document, "failure")
    assert document["verdict"] == "misconfigured"
    assert document["exit_code"] == 2
    assert told.err == ""


def test_github_gets_an_annotation(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mlops-ext.toml").write_text('name = "x"\nplugins = []\nnosuch = 1\n')
    assert main(["integrate", "--format", "github"]) == 2
    told = capsys.readouterr()
    (line,) = told.out.splitlines()
    assert line.startswith("::error")
    assert "nosuch" in line
    assert told.err.splitlines()[-1] == "integrate can't begin: settings, or the words of the call"


def test_a_fault_of_ours_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_options: object) -> None:
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr("mlops_ext.session.open_session", broken)
    assert main(["integrate", "--format", "json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["what"] == "ZeroDivisionError: division by zero"
    assert document["where"].startswith("test_errors.py:")
    assert document["verdict"] == "error"
