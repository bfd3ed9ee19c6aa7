"""A suite on rows that the engine read: everything that needs Great Expectations in this process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext_great_expectations import bounds, docs, run
from mlops_ext_great_expectations.fold import Seen, fold
from mlops_ext_great_expectations.frames import frame_of
from mlops_ext_great_expectations.request import Answer, Request

if TYPE_CHECKING:
    import pyarrow as pa

    from mlops_ext.contract.checks import Check
    from mlops_ext_great_expectations.suites import Suite


def answer(asked: Request, suite: Suite, rows: pa.Table) -> Answer:
    """The answers of a suite on rows that the engine read."""
    import great_expectations as gx

    context = quiet(gx.get_context(mode="ephemeral"))
    asset = context.data_sources.add_pandas("engine").add_dataframe_asset(asked.table or "table")
    whole = asset.add_batch_definition_whole_dataframe("whole")
    batch = whole.get_batch({"dataframe": frame_of(rows)})
    checks, page = judge(context, batch, suite, asked, rows.num_rows)
    columns = len(asked.types)
    looked_at = f"{rows.num_rows:,} rows, {columns} columns, {len(checks)} expectations"
    return Answer(checks=checks, looked_at=looked_at, artifacts=(suite.ref, *page))


def judge(
    context: Any, batch: Any, suite: Suite, asked: Request, rows: int
) -> tuple[tuple[Check, ...], tuple[Any, ...]]:
    """One check for each expectation of a suite, and GX's page where it was asked for."""
    expectations = bounds.fit(suite, asked.types)
    if (frame := getattr(batch.data, "dataframe", None)) is not None:
        bounds.refuse_texts(suite, frame)
    result = run.run(context, batch, suite, expectations, asked)
    seen = Seen(
        columns=list(asked.types),
        rows=rows,
        vacuous=asked.vacuous,
        hidden=asked.hidden,
        private=asked.private,
    )
    # GX's page shows what was observed.
    wanted = asked.docs and not asked.private
    page = (docs.write(result, Path(asked.docs), suite.name),) if wanted else ()
    return tuple(fold(one, seen) for one in result.results), page


def quiet(context: Any) -> Any:
    """A context that draws no progress bars."""
    context.variables.progress_bars = {"globally": False}
    return context
