"""Slices: no part of the data may lose for the sake of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check
from mlops_ext.errors import SettingsError
from mlops_ext_mlflow.judging.gates import show
from mlops_ext_mlflow.statistics.bootstrap import bootstrap_gain, holm, p_worse
from mlops_ext_mlflow.statistics.metrics import UndefinedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from mlops_ext_mlflow.judging.gates import Judging
    from mlops_ext_mlflow.statistics.bootstrap import Interval
    from mlops_ext_mlflow.statistics.metrics import Array

MINIMUM_ROWS = 100
MOST_VALUES = 50


@dataclass(frozen=True)
class _Slice:
    column: str
    name: str
    mask: Array


def check_slices(
    judging: Judging, columns: tuple[str, ...], candidate: Array, champion: Array
) -> list[Check]:
    """One check per slice; it fails where, after Holm's correction, it is worse by more than the margin."""
    slices = [one for column in columns for one in _slices(judging.rows.table, column)]
    judged: list[tuple[_Slice, Interval]] = []
    checks: list[Check] = []
    for one in slices:
        try:
            judged.append((one, _gain(judging, one.mask, candidate, champion)))
        except UndefinedError as error:
            checks.append(_skipped(one, str(error)))
    corrected = holm([p_worse(gain, judging.margin) for _, gain in judged])
    found = [_check(judging, one, gain, p) for (one, gain), p in zip(judged, corrected, strict=True)]
    return found + checks


def _slices(table: pa.Table, column: str) -> Iterator[_Slice]:
    """By value where there are few; many numbers in quarters; of many words the most frequent."""
    import numpy as np
    import pyarrow as pa

    if column not in table.column_names:
        raise SettingsError(f"the test data has no column `{column}`", key="models.<name>.release.slices")
    values = table[column].combine_chunks()
    counts = sorted(values.value_counts().to_pylist(), key=lambda pair: -pair["counts"])
    if len(counts) > MOST_VALUES and (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        yield from _quarters(values.cast(pa.float64()), column)
        return
    listed = values.to_pylist()
    for pair in counts[:MOST_VALUES]:
        wanted = pair["values"]
        yield _Slice(column, f"{column}={wanted}", np.array([value == wanted for value in listed]))


def _quarters(values: pa.Array, column: str) -> Iterator[_Slice]:
    import numpy as np

    numbers = values.to_numpy(zero_copy_only=False)
    edges = np.nanquantile(numbers, [0, 0.25, 0.5, 0.75, 1])
    for low, high in pairwise(edges):
        last = high == edges[-1]
        mask = (numbers >= low) & ((numbers <= high) if last else (numbers < high))
        yield _Slice(column, f"{column} {low:g} to {high:g}", mask)


def _gain(judging: Judging, mask: Array, candidate: Array, champion: Array) -> Interval:
    import numpy as np

    rows = int(mask.sum())
    if rows < MINIMUM_ROWS:
        raise UndefinedError(f"{rows} rows, at least {MINIMUM_ROWS} needed")
    clusters = np.unique(judging.rows.clusters[mask], return_inverse=True)[1]
    return bootstrap_gain(
        judging.metric,
        judging.rows.truth[mask],
        candidate[mask],
        champion[mask],
        clusters,
        seed=judging.seed,
        confidence=judging.confidence,
    )


def _check(judging: Judging, one: _Slice, gain: Interval, p: float) -> Check:
    worse = p < 1 - judging.confidence
    return Check(
        name=f"slice:{one.name}",
        status=FAIL if worse else PASS,
        column=one.column,
        rows=int(one.mask.sum()),
        value=gain.value,
        limit=-judging.margin,
        message=f"{judging.metric} gain {show(gain, sign=True)}, {gain.clusters} {judging.rows.unit}, "
        f"p {p:.3f} after Holm",
    )


def _skipped(one: _Slice, why: str) -> Check:
    return Check(
        name=f"slice:{one.name}",
        status=SKIPPED,
        severity="info",
        column=one.column,
        rows=int(one.mask.sum()),
        message=f"not judged: {why}",
    )
