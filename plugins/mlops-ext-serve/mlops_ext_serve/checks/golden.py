"""Golden requests: test rows through the real HTTP application, and bodies that must be refused."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext import worker_client
from mlops_ext.contract.checks import FAIL, PASS, Check
from mlops_ext_serve.checks.bench import Bench
from mlops_ext_serve.checks.rehearsal import Rehearsal
from mlops_ext_serve.checks.sample import write_arrow
from mlops_ext_serve.model.signature import Feature

if TYPE_CHECKING:
    import pyarrow

TOLERANCE = 1e-9
Record = dict[str, Any]
Said = tuple[int, dict[str, Any]]


def batch(bench: Bench, table: pyarrow.Table) -> list[Any]:
    """What the model predicts for the whole table, from Arrow and without HTTP."""
    import pyarrow

    with tempfile.TemporaryDirectory(prefix="mlops-ext-") as folder:
        given, made = Path(folder) / "rows.arrow", Path(folder) / "predictions.arrow"
        write_arrow(table, given)
        worker_client.predict(bench.python, bench.folder, given, made, bench.settings.predict_seconds * 4)
        with pyarrow.OSFile(str(made), "rb") as file:
            predictions: list[Any] = pyarrow.ipc.open_file(file).read_all()["prediction"].to_pylist()
    return predictions


def same_as_batch(service: Rehearsal, rows: Sequence[Record], expected: Sequence[Any]) -> list[Check]:
    """Row by row, all at once, and as a split: the predictions of the batch each time."""
    columns = list(rows[0])
    split = {"columns": columns, "data": [[row[name] for name in columns] for row in rows]}
    singles = [service.post({"dataframe_records": [row]}) for row in rows]
    return [
        _judged("golden requests, one by one", singles, expected),
        _judged("golden requests, in one body", [service.post({"records": rows})], expected),
        _judged("golden requests, as a split", [service.post({"dataframe_split": split})], expected),
    ]


def hostile(service: Rehearsal, row: Record, features: Sequence[Feature]) -> list[Check]:
    """Requests that must be refused with the field, and those that must make no difference."""
    name = features[0].name
    without = {key: value for key, value in row.items() if key != name}
    wrong: Record = {**row, name: {"an": "object"}}
    usual = service.post({"records": [row]})
    checks = [
        _refused("a missing column is refused", service, {"records": [without]}, 422, name),
        _refused("a wrong type is refused", service, {"records": [wrong]}, 422, name),
        _refused("no records are refused", service, {"records": []}, 422, ""),
        _refused("what is not JSON is refused", service, b'{"records": [', 400, ""),
        _unchanged("an extra key changes nothing", service, {**row, "mlops-ext-extra": 1}, usual),
        _unchanged("keys in another order change nothing", service, dict(reversed(row.items())), usual),
    ]
    if not features[0].required:
        checks = checks[1:]  # a column that may be left out is none that is missing
    return [*checks, _unchanged("it answers after all that as before", service, row, usual)]


def _judged(name: str, said: Sequence[Said], expected: Sequence[Any]) -> Check:
    refused = [answer for code, answer in said if code != 200]
    if not refused:
        return _compared(name, [value for one in said for value in _predictions(one)], expected)
    told = f"{refused[0].get('where', '')} {refused[0].get('error', '')}".strip()
    return Check(
        name=name,
        status=FAIL,
        message=f"{len(refused)} of {len(said)} requests with test rows were refused: {told}",
        count=len(refused),
        rows=len(expected),
        hint="the model's signature does not fit the data that it is tested on",
    )


def _predictions(said: Said) -> list[Any]:
    return list(said[1].get("predictions", []))


def _compared(name: str, found: Sequence[Any], expected: Sequence[Any]) -> Check:
    same = [_same(one, other) for one, other in zip(found, expected, strict=False)]
    wrong = len(expected) - sum(same)
    if not wrong and len(found) == len(expected):
        return Check(name=name, status=PASS, rows=len(expected), limit=TOLERANCE)
    worst = max((_distance(a, b) for a, b in zip(found, expected, strict=False)), default=math.inf)
    return Check(
        name=name,
        status=FAIL,
        message=f"{wrong} of {len(expected)} answers are not the model's own predictions for the batch",
        count=wrong,
        rows=len(expected),
        value=worst if math.isfinite(worst) else None,
        limit=TOLERANCE,
        hint="the model's answer depends on the other rows, or on types that JSON does not carry",
    )


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(one == other)


def _distance(one: Any, other: Any) -> float:
    return (
        abs(one - other)
        if isinstance(one, float) and isinstance(other, float)
        else 0.0
        if one == other
        else math.inf
    )


def _refused(name: str, service: Rehearsal, body: object, status: int, field: str) -> Check:
    code, said = service.post(body)
    told = f"{said.get('where', '')} {said.get('error', '')}"
    return _answered(name, code == status and field in told, f"answered {code}: {told.strip()}", code, status)


def _unchanged(name: str, service: Rehearsal, row: Record, usual: Said) -> Check:
    code, said = service.post({"records": [row]})
    held = (
        code == usual[0] == 200
        and _compared(name, _predictions((code, said)), _predictions(usual)).status == PASS
    )
    return _answered(name, held, f"answered {code}: {said.get('error', 'another prediction')}", code, 200)


def _answered(name: str, held: bool, message: str, code: int, status: int) -> Check:
    return Check(
        name=name, status=PASS if held else FAIL, message="" if held else message, value=code, limit=status
    )
