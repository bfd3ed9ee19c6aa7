"""Run in a child process: read both samples, draw what can be drawn, and answer for every column."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from mlops_ext_evidently.page import escape
from mlops_ext_evidently.plan import (
    ANSWER,
    CURRENT,
    PAGE,
    PLAN,
    REFERENCE,
    Answer,
    Drawn,
    Plan,
    PlannedColumn,
)
from mlops_ext_evidently.prepare import Pair, prepare

if TYPE_CHECKING:
    import pyarrow as pa

# What Evidently was seen to raise on data that it does not like.
FAILURES = (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError)


def main(folder: Path) -> None:
    """Leave the answer, and the page if a column could be drawn."""
    plan = msgspec.json.decode((folder / PLAN).read_bytes(), type=Plan)
    try:
        import evidently.presets  # noqa: F401
    except (ImportError, AttributeError) as error:
        answer = Answer(unusable=str(error).splitlines()[0])
    else:
        answer, page = draw(plan, _read(folder / REFERENCE), _read(folder / CURRENT))
        if page:
            (folder / PAGE).write_text(page, encoding="utf-8")
    (folder / ANSWER).write_bytes(msgspec.json.encode(answer))


def draw(plan: Plan, reference: pa.Table, current: pa.Table) -> tuple[Answer, str]:
    """All columns in one report; when it fails, those that fail alone are named and the rest is drawn."""
    pairs = {
        column.name: prepare(column, reference[column.name], current[column.name]) for column in plan.columns
    }
    failed: dict[str, str] = {}
    left = [column for column in plan.columns if not pairs[column.name].problem]
    snapshot = None
    if left:
        try:
            snapshot = _snapshot(left, pairs)
        except FAILURES:
            failed = {column.name: why for column in left if (why := _failure(column, pairs))}
            left = [column for column in left if column.name not in failed]
            snapshot = _snapshot(left, pairs) if left else None
    values = _values(snapshot) if snapshot else {}
    drawn = tuple(_drawn(column.name, pairs[column.name], values, failed) for column in plan.columns)
    return Answer(columns=drawn), escape(snapshot.get_html_str(as_iframe=False)) if snapshot else ""


def _snapshot(columns: list[PlannedColumn], pairs: dict[str, Pair]) -> Any:
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(
        numerical_columns=[column.name for column in columns if column.kind == "number"],
        categorical_columns=[column.name for column in columns if column.kind == "category"],
    )
    reference = pd.DataFrame({column.name: pairs[column.name].reference for column in columns})
    current = pd.DataFrame({column.name: pairs[column.name].current for column in columns})
    preset = DataDriftPreset(
        columns=[column.name for column in columns],
        per_column_method={column.name: column.method for column in columns},
        per_column_threshold={column.name: column.threshold for column in columns},
    )
    return Report([preset]).run(
        Dataset.from_pandas(current, data_definition=definition),
        Dataset.from_pandas(reference, data_definition=definition),
    )


def _failure(column: PlannedColumn, pairs: dict[str, Pair]) -> str:
    try:
        _snapshot([column], pairs)
    except FAILURES as error:
        first = (str(error).splitlines() or [""])[0][:200]
        return f"Evidently could not draw it: {type(error).__name__}: {first}"
    return ""


def _values(snapshot: Any) -> dict[str, float]:
    """The distance of each column that Evidently speaks of; it leaves some out in silence."""
    metrics = snapshot.dict()["metrics"]
    return {
        metric["config"]["column"]: float(metric["value"])
        for metric in metrics
        if metric["config"].get("type", "").endswith(":ValueDrift")
    }


def _drawn(name: str, pair: Pair, values: dict[str, float], failed: dict[str, str]) -> Drawn:
    if pair.problem:
        return Drawn(name=name, problem=pair.problem, why=pair.why)
    if name in failed:
        return Drawn(name=name, problem="failed", why=failed[name])
    return Drawn(name=name, value=values.get(name), left_out=pair.left_out)


def _read(path: Path) -> pa.Table:
    import pyarrow as pa

    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
