"""Two sides of a column made alike, by the kind that the reference gave it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mlops_ext_evidently.plan import PlannedColumn

OTHER = "(other)"
MOST = 100
WHOLE = re.compile(r"^(-?\d+)\.0+$")


class Pair(NamedTuple):
    """Both sides, or the problem with them; `left_out` values were infinite."""

    reference: pd.Series | None = None
    current: pd.Series | None = None
    problem: str = ""
    why: str = ""
    left_out: int = 0


def prepare(column: PlannedColumn, reference: pa.ChunkedArray, current: pa.ChunkedArray) -> Pair:
    """Numbers as floats, categories as text; what can't be made alike is a change of type, not drift."""
    if reference.null_count == len(reference):
        return Pair(problem="nothing", why="the reference has no values")
    if current.null_count == len(current):
        return Pair(problem="empty", why="no values, and the reference has some")
    return (
        _numbers(reference, current) if column.kind == "number" else _categories(column, reference, current)
    )


def _numbers(reference: pa.ChunkedArray, current: pa.ChunkedArray) -> Pair:
    import numpy as np

    sides, left_out = [], 0
    for side, values in (("the reference", reference), ("the window", current)):
        numbers, odd = _as_numbers(values)
        if odd:
            return Pair(
                problem="retyped", why=f"{odd:,} values of {side} are no numbers: it is {values.type} now"
            )
        endless = int(np.isinf(numbers).sum())
        left_out += endless
        numbers = numbers.replace([np.inf, -np.inf], np.nan)
        if numbers.notna().sum() == 0:
            return Pair(problem="empty", why=f"{side} has no finite value")
        sides.append(numbers)
    return Pair(sides[0], sides[1], left_out=left_out)


def _as_numbers(values: pa.ChunkedArray) -> tuple[pd.Series, int]:
    import pandas as pd

    plain = pd.Series(values.to_pylist(), dtype="object")
    numbers = pd.to_numeric(plain, errors="coerce").astype("float64")
    return numbers, int((numbers.isna() & plain.notna() & (plain == plain)).sum())


def _categories(column: PlannedColumn, reference: pa.ChunkedArray, current: pa.ChunkedArray) -> Pair:
    import pandas as pd

    known = frozenset(_words(column.known)) or _frequent(reference)
    sides = [
        pd.Series([word if word is None or word in known else OTHER for word in _words(values.to_pylist())])
        for values in (reference, current)
    ]
    return Pair(sides[0].astype("object"), sides[1].astype("object"))


def _frequent(values: pa.ChunkedArray) -> frozenset[str | None]:
    # A picture of thousands of categories shows none.
    return frozenset(word for word, _ in Counter(_words(values.drop_null().to_pylist())).most_common(MOST))


def _words(values: Iterable[object]) -> list[str | None]:
    return [None if value is None else _word(value) for value in values]


def _word(value: object) -> str:
    """1, 1.0, "1" and "1.0" are one category, and so are True and "True"."""
    text = str(value)
    if text in {"True", "False"}:
        return text.lower()
    whole = WHOLE.match(text)
    return whole.group(1) if whole else text
