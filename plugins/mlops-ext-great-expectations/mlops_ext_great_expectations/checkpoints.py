"""A checkpoint by its name: its suites on its own batches. Its actions, which tell the world, are not run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from mlops_ext.contract.checks import FAIL, VALUES, Check
from mlops_ext.errors import CouldNotTellError, MlopsExtError, RefusedError, SettingsError
from mlops_ext.process import without_secrets
from mlops_ext_great_expectations import answers, first_rows, suites
from mlops_ext_great_expectations.frames import frame_of, types_of
from mlops_ext_great_expectations.request import Answer, Batch, Request

if TYPE_CHECKING:
    import pyarrow as pa


def answer(asked: Request, rows: pa.Table | None) -> Answer:
    """The checks of all validation definitions, each named with its suite where there are several."""
    import great_expectations as gx

    where = f"{asked.shown}/checkpoints/{asked.checkpoint}.json"
    if not (Path(asked.folder) / "great_expectations.yml").is_file():
        raise SettingsError(f"{asked.shown}/ is no GX project", key=asked.key, hint="great_expectations.yml")
    try:
        context = answers.quiet(gx.get_context(mode="file", context_root_dir=asked.folder))
        definitions = list(_checkpoint(context, asked, where).validation_definitions)
    except MlopsExtError:
        raise
    except Exception as error:
        raise CouldNotTellError(f"GX can't load the checkpoint: {_line(error)}", where=where) from error
    if not definitions:
        raise SettingsError("nothing to check: the checkpoint has no validation", key=asked.key, file=where)
    found = [_validated(context, definition, asked, rows) for definition in definitions]
    said = "; ".join(one.looked_at for one in found)
    return Answer(
        checks=tuple(check for one in found for check in one.checks),
        batches=tuple(batch for one in found for batch in one.batches),
        looked_at=said + _actions(context.checkpoints.get(asked.checkpoint)),
        artifacts=tuple(ref for one in found for ref in one.artifacts),
    )


def _checkpoint(context: Any, asked: Request, where: str) -> Any:
    there = sorted(path.stem for path in (Path(asked.folder) / "checkpoints").glob("*.json"))
    if asked.checkpoint not in there:
        raise SettingsError(
            f"the checkpoint `{asked.checkpoint}` is not there", key=asked.key, file=where,
            hint=f"there is {', '.join(there)}" if there else f"{asked.shown}/checkpoints/ holds none",
        )  # fmt: skip
    return context.checkpoints.get(asked.checkpoint)


def _validated(context: Any, definition: Any, asked: Request, rows: pa.Table | None) -> Answer:
    # As the suite lies in its file: GX leaves out what it does not know when it loads one.
    suite = suites.load(asked, definition.suite.name)
    batch = _batch(definition, asked, rows)
    types, count = _shape(batch, asked, suite.where)
    checks, page = answers.judge(context, batch, suite, replace(asked, types=types), count)
    name = f"{definition.data_source.name}/{definition.asset.name}"
    looked_at = f"{count:,} rows, {len(types)} columns of {name}, {len(checks)} expectations of {suite.name}"
    return Answer(
        checks=(*_enough(count), *_named(checks, suite.name)),
        looked_at=looked_at,
        artifacts=(suite.ref, *page),
        batches=_files(batch),
    )


def _enough(rows: int) -> tuple[Check, ...]:
    """No rows break no rule: a batch without any says no by itself."""
    said = "0 rows, at least 1 needed"
    none = Check(name="minimum-rows", status=FAIL, rows=0, value=0, limit=1, message=said, about=VALUES)
    return () if rows else (none,)


def _files(batch: Any) -> tuple[Batch, ...]:
    """The file that pandas read for this batch, if it was one."""
    frame, spec = getattr(batch.data, "dataframe", None), dict(batch.batch_spec)
    path, options = Path(str(spec.get("path") or "")), spec.get("reader_options") or {}
    if frame is None or not path.is_file():
        return ()
    return (
        Batch(
            path=str(path if path.is_relative_to(".") else path.resolve()),
            reader=str(spec.get("reader_method")),
            told=bool(set(options) - set(first_rows.PLAIN)),
            separator=str(options.get("sep") or options.get("delimiter") or ","),
            rows=len(frame),
            columns=types_of(frame),
            nulls={str(name): int(count) for name, count in frame.isna().sum().items()},
        ),
    )


def _batch(definition: Any, asked: Request, rows: pa.Table | None) -> Any:
    parameters: dict[str, Any] = dict(asked.batch)
    asset = definition.asset
    if asset.type == "dataframe":
        if rows is None:
            raise CouldNotTellError(f"no rows for the data frame `{asset.name}`", where=asked.shown)
        parameters["dataframe"] = frame_of(rows)
    try:
        return definition.batch_definition.get_batch(parameters or None)
    except Exception as error:
        name = type(error).__name__
        if name == "NoAvailableBatchesError" or isinstance(error, FileNotFoundError):
            partition = ", ".join(f"{key} {value}" for key, value in asked.batch.items())
            raise CouldNotTellError(
                f"no data for {partition or 'the batch'} of `{definition.data_source.name}/{asset.name}`",
                where=definition.name,
                hint='`missing = "skip"` lets a table be absent',
            ) from error
        raise CouldNotTellError(
            f"GX can't read `{asset.name}`: {name}: {_line(error)}", where=definition.name
        ) from error


def _shape(batch: Any, asked: Request, where: str) -> tuple[dict[str, str], int]:
    """The batch's columns with their types, and its rows; a column name that is there twice stops it."""
    frame = getattr(batch.data, "dataframe", None)
    if frame is not None and hasattr(frame, "dtypes") and hasattr(frame, "index"):
        names = [str(name) for name in frame.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            places = " and ".join(str(at) for at, name in enumerate(names, start=1) if name == twice[0])
            raise RefusedError(f"a column name is there twice: `{twice[0]}` is column {places}", where=where)
        first_rows.refuse(dict(batch.batch_spec))
        types = {**types_of(frame), **{name: kind for name, kind in asked.types.items() if name in names}}
        return types, len(frame)
    from great_expectations.metrics.batch.batch_column_types import BatchColumnTypes
    from great_expectations.metrics.batch.row_count import BatchRowCount

    columns, count = batch.compute_metrics([BatchColumnTypes(), BatchRowCount()])
    return {column.name: "" for column in columns.value}, int(count.value)


def _named(checks: tuple[Check, ...], suite: str) -> tuple[Check, ...]:
    return tuple(replace(check, where=check.where or f"suite {suite}") for check in checks)


def _actions(checkpoint: Any) -> str:
    names = [action.name for action in checkpoint.actions]
    return f"; not run: {', '.join(names)}" if names else ""


def _line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return without_secrets(" ".join(lines[:2]))[:300] or type(error).__name__
