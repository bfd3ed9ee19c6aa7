"""Colour where it is wanted, width where there is one, letters that the stream has."""

from __future__ import annotations

import io

import pytest

from mlops_ext.output.progress import _Pulse
from mlops_ext.output.terminal import Style, style_of, write


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "env", "colour"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (io.StringIO(), {"FORCE_COLOR": "0"}, False),
    ],
)
def test_colour(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, env: dict[str, str], colour: bool
) -> None:
    for name in ("TERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert style_of(stream).colour is colour


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("72", 72), ("240", 100)])
def test_a_terminal_has_a_width_and_a_pipe_has_none(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert style_of(Terminal()).width == width
    assert style_of(io.StringIO()).width == 0


def test_a_letter_that_the_stream_has_not_is_shown_by_its_number() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    write(stream, ["Zürich"])
    assert raw.getvalue() == b"Z\\xfcrich\n"


def test_words_stand_as_they_are_without_colour() -> None:
    assert Style().word("failed", "failed") == "failed"
    assert Style(colour=True).word("failed", "failed") == "\x1b[31mfailed\x1b[0m"


def test_a_long_step_is_heard_of_until_it_ends() -> None:
    told: list[str] = []
    pulse = _Pulse(told.append, quiet=0.01)
    pulse.now("running the team's tests", aloud=False)
    pulse.start()
    while len(told) < 2:
        pulse.join(0.01)
    pulse.end()
    assert {line.partition(", ")[0] for line in told} == {"running the team's tests"}
    assert not pulse.is_alive()
