"""What an error says in one line, and whose distributions it is about."""

from __future__ import annotations

import re

import pytest

from mlops_ext.misfit import LONGEST, one_line, told


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("a\n\n  b"), "ValueError: a b"),
        (ValueError(), "ValueError"),
        (SystemExit(0), "SystemExit: 0"),
        (Mute(), "Mute"),
        (KeyError("x"), "KeyError: 'x'"),
    ],
)
def test_one_line(error, line):
    assert one_line(error) == line


def test_a_long_message_is_cut():
    line = one_line(ValueError("x" * 1000))
    assert len(line) == LONGEST + len("ValueError: ")
    assert line.endswith("…")


def raised(code):
    """What is raised where a module of ours holds this code."""
    with pytest.raises((ImportError, AttributeError)) as caught:
        exec(compile(code, "<here>", "exec"), {"__name__": "here"})
    return told(caught.value)


@pytest.mark.parametrize(
    ("code", "names", "message"),
    [
        ("from numpy.linalg import no_such", ["numpy"], "ImportError: cannot import name"),
        ("import numpy.no_such.part", ["numpy"], "ModuleNotFoundError: No module named 'numpy.no_such'"),
        ("import google.protobuf.no_such", ["protobuf"], "ModuleNotFoundError"),
        ("import numpy; numpy.random.no_such", ["numpy"], "AttributeError: module 'numpy.random'"),
        ("raise ImportError('numpy._core.multiarray failed to import')", ["numpy"], "ImportError: numpy"),
    ],
)
def test_a_failed_import_names_whose_part_is_missing(code, names, message):
    found = raised(code)
    versions, _, rest = found.partition(": ")
    assert re.sub(r" [\w.]+", "", versions).split(" with ") == names
    assert rest.startswith(message)


@pytest.mark.parametrize("code", ["import no_such_thing", "from no_such.part import x"])
def test_what_is_not_installed_at_all_is_nobodys(code):
    assert raised(code).startswith("ModuleNotFoundError: No module named")


def test_an_error_at_work_is_about_no_import():
    def work():
        raise AttributeError("x", name="y", obj=re)

    with pytest.raises(AttributeError) as caught:
        work()
    assert told(caught.value) == "AttributeError: x"
