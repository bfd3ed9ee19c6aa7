"""What `--set` says: names with one value, or with several for a sweep."""

from __future__ import annotations

import itertools

from mlops_ext.contract.refs import Setting
from mlops_ext.errors import UsageError

OPENS = {"[": "]", "{": "}", "(": ")"}
QUOTES = "\"'"


def combinations(sets: tuple[str, ...]) -> list[tuple[Setting, ...]]:
    """`a=1,2` and `b=3` make two; a value that is given twice is tried once."""
    columns: dict[str, list[Setting]] = {}
    for text in sets:
        name, sign, rest = text.partition("=")
        values = split(rest)
        if not sign or not name.strip() or not all(values):
            raise UsageError(
                f"`--set {text}` is no parameter", hint="write --set train.depth=6, or =4,6,8 for a sweep"
            )
        if name in columns:
            hint = f"write all values at once: --set {name}={columns[name][0].value},{values[0]}"
            raise UsageError(f"`--set {name}` is given twice", hint=hint)
        columns[name] = [Setting(name=name, value=value) for value in dict.fromkeys(values)]
    return list(itertools.product(*columns.values()))


def split(text: str) -> list[str]:
    """The values between commas; commas inside brackets, braces, parentheses and quotes part nothing."""
    values: list[str] = []
    open_: list[str] = []
    begin, escaped = 0, False
    for at, sign in enumerate(text):
        if escaped:
            escaped = False
        elif open_ and open_[-1] in QUOTES:
            escaped = sign == "\\"
            if sign == open_[-1]:
                open_.pop()
        elif sign in OPENS:
            open_.append(OPENS[sign])
        elif sign in QUOTES and (open_ or not text[begin:at].strip()):
            open_.append(sign)
        elif open_ and sign == open_[-1]:
            open_.pop()
        elif sign == "," and not open_:
            values.append(text[begin:at].strip())
            begin = at + 1
    if open_:
        raise UsageError(f"`{text}` ends before {open_[-1]}", hint="quote the whole: --set 'a=[1,2]'")
    return [*values, text[begin:].strip()]
