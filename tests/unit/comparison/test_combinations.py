"""What `--set` says."""

from __future__ import annotations

import pytest

from mlops_ext.comparison.combinations import combinations, split
from mlops_ext.errors import UsageError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4,6,8", ["4", "6", "8"]),
        ("4, 6 ,8", ["4", "6", "8"]),
        ("[1,2]", ["[1,2]"]),
        ("[1,2],[3]", ["[1,2]", "[3]"]),
        ("{a:1,b:[2,3]}", ["{a:1,b:[2,3]}"]),
        ("'a,b',c", ["'a,b'", "c"]),
        ('"a, b"', ['"a, b"']),
        (r'"a\",b",c', [r'"a\",b"', "c"]),
        ("choice(a,b)", ["choice(a,b)"]),
        ("it's,fine", ["it's", "fine"]),
        ("naïve|x", ["naïve|x"]),
        ("a=b,c", ["a=b", "c"]),
        ("['x,y',z]", ["['x,y',z]"]),
    ],
)
def test_commas_part_values_outside_of_brackets_and_quotes(text, found):
    assert split(text) == found


def test_every_combination_once():
    found = combinations(("a=1,2,2", "b.c=[x,y],z"))
    assert [[one.value for one in row] for row in found] == [
        ["1", "[x,y]"],
        ["1", "z"],
        ["2", "[x,y]"],
        ["2", "z"],
    ]
    assert combinations(()) == [()]


@pytest.mark.parametrize("text", ["a", "=1", "a=", "a=1,,2", "a=1,", " =1", "a=[1,2", "a='x"])
def test_what_is_no_parameter(text):
    with pytest.raises(UsageError):
        combinations((text,))


def test_a_name_that_is_given_twice():
    with pytest.raises(UsageError, match="twice") as told:
        combinations(("a=1", "a=2"))
    assert told.value.hint == "write all values at once: --set a=1,2"
