"""Values from outside as text: what can't be seen is written, nothing is taken for something else."""

from __future__ import annotations

import pytest
from outcomes import HOSTILE

from mlops_ext.output.clean import LONGEST, clean, github_data, github_property, markdown, one_line


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\u200bb\ufeffc", "a\\u200bb\\ufeffc"),
        ("\udcff.csv", "\\udcff.csv"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("\x9b31m", "\\x9b31m"),
        ("Zürich, 東京, नमस्ते", "Zürich, 東京, नमस्ते"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("https://user:hunter2@host/x", "https://***@host/x"),
    ],
)
def test_what_can_not_be_seen_is_written(given: str, shown: str) -> None:
    assert clean(given) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\nintegrate passed: all is well", "a\\nintegrate passed: all is well"),
        ("[/red]", "[/red]"),
        ("x" * 1000, "x" * LONGEST + "... (1,000 characters)"),
    ],
)
def test_one_line_is_one_line(given: str, shown: str) -> None:
    assert one_line(given) == shown


@pytest.mark.parametrize("value", [HOSTILE, "a|b", "``x``", "`", "\\|", "x" * 500])
def test_a_markdown_cell_stays_one_cell(value: str) -> None:
    cell = markdown(value)
    assert "\n" not in cell
    assert "|" not in cell.replace("\\|", "")
    assert len(cell) < 110
    fence = cell[: len(cell) - len(cell.lstrip("`"))]
    assert fence
    assert fence not in cell[len(fence) : -len(fence)].replace("`" * (len(fence) + 1), "")


def test_the_data_of_a_workflow_command_holds_one_line() -> None:
    assert github_data("50%\r\n::error::x") == "50%25\\x0d%0A::error::x"
    assert github_property("a:b,c\n") == "a%3Ab%2Cc%0A"
