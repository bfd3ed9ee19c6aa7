"""The rows that the tests work on: a few hundred of the team's table, of every class and with its gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from mlops_ext.testing.training.adapter import Adapter, Frame
from mlops_ext.testing.training.answer import Untestable
from mlops_ext.testing.training.plan import Plan
from mlops_ext.testing.training.readers import read

PER_CLASS = 20
WITH_GAPS = 20
FEW_CLASSES = 50
FEW_NUMBERS = 8


@dataclass(frozen=True)
class Rows:
    """A frame of features, the label of each row, and which columns may be changed to what.

    `continuous`: the labels are quantities, not classes.
    """

    frame: Frame
    target: Any
    numbers: tuple[str, ...]
    categories: tuple[str, ...]
    continuous: bool

    def __len__(self) -> int:
        return len(self.frame)

    def take(self, positions: Any) -> Rows:
        """These rows, numbered anew: code that lines up by index must not be helped by ours."""
        frame = self.frame.iloc[positions].reset_index(drop=True)
        target = self.target.iloc[positions].reset_index(drop=True)
        return replace(self, frame=frame, target=target)

    def with_target(self, target: Any) -> Rows:
        """The same frame with other labels."""
        return replace(self, target=target)


def rows_of(adapter: Adapter, plan: Plan) -> Rows:
    """The rows to test with, from the adapter's own `rows` or from the table's file."""
    whole = adapter.rows()
    if whole is None:
        whole = read(plan)
    if plan.label not in whole.columns:
        named = f"the table has no column `{plan.label}`" if plan.label else "no column is named as label"
        raise Untestable(named, hint='columns = { label = "…" } in the settings of the table')
    whole = whole[whole[plan.label].notna()]
    if len(whole) < 2 or whole[plan.label].nunique() < 2:
        raise Untestable(f"{len(whole)} rows with a label, which is everywhere the same, teach nothing")
    chosen = whole.iloc[_spread(whole, plan.label, plan.rows)].reset_index(drop=True)
    missing = [name for name in plan.features if name not in chosen.columns]
    if missing:
        raise Untestable(f"the table has no column `{missing[0]}`, which the settings call a feature")
    frame = chosen[list(plan.features)] if plan.features else chosen.drop(columns=[plan.label])
    return rows_from(frame, chosen[plan.label], plan)


def rows_from(frame: Frame, target: Any, plan: Plan) -> Rows:
    """Rows of a frame whose columns the plan tells apart."""
    from pandas.api import types

    numbers, categories = [], []
    for name in frame.columns:
        column = frame[name]
        if name in plan.ignored:
            continue
        if name in plan.categories or _is_category(column):
            categories.append(name)
        elif types.is_numeric_dtype(column) and not types.is_bool_dtype(column):
            numbers.append(name)
    quantity = types.is_numeric_dtype(target) and not types.is_bool_dtype(target)
    continuous = quantity and target.nunique() > max(FEW_NUMBERS, len(target) // 10)
    return Rows(frame, target, tuple(numbers), tuple(categories), continuous)


def _is_category(column: Any) -> bool:
    from pandas.api import types

    return isinstance(column.dtype.name, str) and (
        column.dtype.name == "category" or types.is_object_dtype(column) or types.is_string_dtype(column)
    )


def _spread(whole: Frame, label: str, rows: int) -> list[int]:
    # Files that are sorted by time or class have another head than body; a rare class, and rows with
    # gaps, must be among the few.
    step = max(1, -(-len(whole) // rows))
    chosen = set(range(0, len(whole), step))
    labels = whole[label].reset_index(drop=True)
    if labels.nunique() <= FEW_CLASSES:
        for positions in labels.groupby(labels, observed=True).indices.values():
            chosen |= set(positions[:: max(1, len(positions) // PER_CLASS)][:PER_CLASS].tolist())
    gaps = whole.isna().any(axis=1).to_numpy().nonzero()[0]
    chosen |= set(gaps[:: max(1, len(gaps) // WITH_GAPS)][:WITH_GAPS].tolist())
    return sorted(chosen)
