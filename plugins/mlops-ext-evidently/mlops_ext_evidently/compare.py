"""Draw a window beside its reference: bounded samples, comparable columns, and an answer for each of them."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.contract.checks import SKIPPED, Check, Report
from mlops_ext.contract.refs import Ref
from mlops_ext_evidently import child, schemas
from mlops_ext_evidently.fold import fold
from mlops_ext_evidently.reference import open_reference
from mlops_ext_evidently.settings import EvidentlySettings

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import DataRef, Table
    from mlops_ext.contract.profile import Profile

QUESTION = "report"
SEED = 20


def compare(context: Context, profile: Profile, current: DataRef) -> Report:
    """The report for people; its checks inform, the counts of the host decide."""
    own = context.own("evidently", EvidentlySettings)
    window = context.open(current)
    least = _minimum(context, profile)
    if window.rows < least:
        message = f"insufficient data: {window.rows:,} rows, at least {least:,} needed"
        few = Check(
            name="a report was drawn", status=SKIPPED, message=message, rows=window.rows, severity="info"
        )
        return Report(question=QUESTION, checks=(few,), looked_at=f"{window.rows:,} rows")
    name, reference = open_reference(context, profile)
    planned, checks = schemas.comparable(profile, reference.schema, window.schema, own)
    if not planned:
        none = Check(
            name="a report was drawn", status=SKIPPED, message="no column can be compared", severity="info"
        )
        return Report(question=QUESTION, checks=(*checks, none))
    names = [column.name for column in planned]
    samples = [_sample(table, names, own.rows) for table in (reference, window)]
    context.say(f"drawing {len(planned)} columns with Evidently")
    with tempfile.TemporaryDirectory(prefix="mlops-ext-evidently-") as folder:
        answer = child.draw(context, Path(folder), planned, *samples)
        page = child.page_of(Path(folder))
    checks += fold(planned, answer, samples[1].rows)
    artifacts = (_keep(context, profile, current, page),) if page else ()
    looked_at = _looked_at(name, reference, window, samples, len(planned), page)
    return Report(question=QUESTION, checks=tuple(checks), looked_at=looked_at, artifacts=artifacts)


def _minimum(context: Context, profile: Profile) -> int:
    own = context.settings.models.get(profile.model)
    return max(own.monitor.minimum_rows if own else 1, 1)


def _sample(table: Table, names: Sequence[str], rows: int) -> Table:
    return table.select(names).sample(rows, SEED)


def _keep(context: Context, profile: Profile, current: DataRef, page: bytes) -> Ref:
    digest = hashlib.sha256(page).hexdigest()
    mark = hashlib.sha256(f"{current.digest} {current.revision} {current.uri}".encode()).hexdigest()[:12]
    path = context.state / "reports" / f"{_word(profile.model)}-{profile.version}-{mark}.html"
    durable.write_bytes(path, page)
    return Ref(kind="report", name=path.name, digest=f"sha256:{digest}", uri=context.relative(path))


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)


def _looked_at(
    name: str, reference: Table, window: Table, samples: Sequence[Table], columns: int, page: bytes
) -> str:
    seen, live = samples[0].rows, samples[1].rows
    sides = f"{seen:,} of {reference.rows:,} rows of {name}, {live:,} of {window.rows:,} of the window"
    return f"{columns} columns; {sides}; {len(page) / 1e6:.1f} MB"
