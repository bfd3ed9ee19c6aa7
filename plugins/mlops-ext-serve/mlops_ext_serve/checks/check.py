"""The two questions about a model version before it serves: `loads` and `golden`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.contract.checks import FAIL, PASS, SKIPPED, Check, Fault, Report
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.settings import LimitSettings
from mlops_ext.errors import MlopsExtError, RefusedError
from mlops_ext.worker_client import ModelError, WorkerGoneError
from mlops_ext_serve.checks import card, golden, sample
from mlops_ext_serve.checks.bench import Bench, on_bench
from mlops_ext_serve.checks.rehearsal import rehearse
from mlops_ext_serve.serving.bring import reader_for

if TYPE_CHECKING:
    import pyarrow

    from mlops_ext.contract.context import Context
    from mlops_ext.contract.targets import Subject, Target

KIND = "local-service"
CARD_ROWS = 200


def check(context: Context, subject: Subject, target: Target) -> tuple[Report, ...] | None:
    """Reports `loads` and `golden` of a version; what could not be asked is its question's own fault."""
    if not isinstance(subject, ModelVersion) or target.kind != KIND:
        return None
    try:
        with on_bench(context, subject) as bench:
            return _both(context, bench, _limits(context, target))
    except RefusedError as error:
        return _fault("loads", subject, error), _unasked(subject)


def _both(context: Context, bench: Bench, limits: LimitSettings) -> tuple[Report, ...]:
    loaded = card.load(bench)
    if loaded.status != PASS:
        return _report("loads", bench.version, [loaded]), _unasked(bench.version)
    try:
        table = sample.test_rows(context, bench.version, bench.features, CARD_ROWS)
    except MlopsExtError as error:
        loads = [loaded, *card.sizes(bench, limits), card.memory(bench, limits)]
        return _report("loads", bench.version, loads), _fault("golden", bench.version, error)
    return _loads(context, bench, table, loaded, limits), _golden(context, bench, table)


def _loads(
    context: Context, bench: Bench, table: pyarrow.Table, loaded: Check, limits: LimitSettings
) -> Report:
    try:
        columns = _columns(context, bench, table)
        speed = card.speed(bench, columns, limits)
    except MlopsExtError as error:
        return _fault("loads", bench.version, error)
    checks = [loaded, *card.sizes(bench, limits), card.memory(bench, limits), *speed]
    return _report("loads", bench.version, checks)


def _columns(context: Context, bench: Bench, table: pyarrow.Table) -> card.Columns:
    """The rows as the model's process gets them, by the reader that requests go through."""
    import json

    from mlops_ext_serve.model.refusals import Refusal

    reader = reader_for(context, bench.version.model, bench.features, bench.settings)
    body = json.dumps({"records": sample.records(table, bench.features)}).encode()
    try:
        return reader.read(body).columns
    except Refusal as refusal:
        raise RefusedError(
            f"the test rows do not fit the model's signature: {refusal.what}", where=refusal.where
        ) from None


def _golden(context: Context, bench: Bench, table: pyarrow.Table) -> Report:
    wanted = context.settings.models[bench.version.model].release.golden_requests
    rows = table.slice(0, max(1, wanted))
    try:
        expected = golden.batch(bench, rows)
        given = sample.records(rows, bench.features)
        with rehearse(context, bench) as service:
            checks = golden.same_as_batch(service, given, expected)
            checks += golden.hostile(service, given[0], bench.features)
    except MlopsExtError as error:
        return _fault("golden", bench.version, error)
    return _report("golden", bench.version, checks)


def _limits(context: Context, target: Target) -> LimitSettings:
    found = context.settings.targets.get(target.name)
    return found.limits if found else LimitSettings()


def _report(question: str, version: ModelVersion, checks: list[Check]) -> Report:
    return Report(question=question, checks=tuple(checks), looked_at=version.name)


def _unasked(version: ModelVersion) -> Report:
    skipped = Check(name="golden requests", status=SKIPPED, message="the model does not load")
    return _report("golden", version, [skipped])


def _fault(question: str, version: ModelVersion, error: MlopsExtError) -> Report:
    # What the model's own code raises on its own test rows is an answer, and it is no.
    if isinstance(error, RefusedError | ModelError | WorkerGoneError):
        failed = Check(name=question, status=FAIL, message=error.what, where=error.where, hint=error.hint)
        return _report(question, version, [failed])
    fault = Fault(exit_code=error.exit_code, what=error.what, where=error.where, hint=error.hint)
    return Report(question=question, fault=fault, looked_at=version.name)
