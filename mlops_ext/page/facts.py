"""What the page says, gathered once: the answer first, then what waits, the loop, places, trends, chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mlops_ext import lineage, overview
from mlops_ext.contract.checks import FAIL, Check
from mlops_ext.contract.records import RECORD, RecordQuery, StageRecord, StoredRecord
from mlops_ext.errors import MlopsExtError
from mlops_ext.page import trend
from mlops_ext.session import Session

MOST_ROWS = 10
BADGE = {"pass": "pass", "fail": "fail", "error": "wait", "misconfigured": "wait"}
SAYS = {"pass": "passed", "fail": "said no", "error": "could not tell", "misconfigured": "settings"}


@dataclass(frozen=True)
class Card:
    """One stage of the loop."""

    stage: str
    badge: str
    word: str
    fact: str
    time: str
    record: str


@dataclass(frozen=True)
class Failed:
    """One check that said no."""

    check: Check
    stage: str
    time: str


@dataclass(frozen=True)
class Facts:
    """Everything the template shows."""

    project: str
    model: str
    tone: str
    answer: str
    since: str
    numbers: tuple[tuple[str, str, str], ...]
    waits: tuple[tuple[str, str, str], ...]
    cards: tuple[Card, ...]
    places: tuple[overview.Place, ...]
    charts: tuple[trend.Chart, ...]
    links: tuple[lineage.Link, ...]
    failed: tuple[Failed, ...]
    records: int
    made: str


def gather(session: Session, model: str) -> Facts:
    """The facts of one model, as they are now."""
    query = RecordQuery(project=session.context.project, phase=RECORD, limit=1000)
    stored = session.book.find(query)
    mine = [one.record for one in stored if one.record.model in ("", model)]
    windows = [record for record in mine if record.stage == "monitor"]
    places = tuple(overview.places(session))
    tone, answer, since = _answer(places, windows, model)
    charts = (trend.quality(windows), trend.drift(windows))
    return Facts(
        project=session.context.project,
        model=model,
        tone=tone,
        answer=answer,
        since=since,
        numbers=_numbers(windows, mine),
        waits=tuple(_waits(session)),
        cards=tuple(_card(stage, one) for stage, one in overview.newest(session).items()),
        places=places,
        charts=tuple(chart for chart in charts if chart),
        links=tuple(_chain(session, model)),
        failed=tuple(_failed(mine))[:MOST_ROWS],
        records=len(stored),
        made=datetime.now(UTC).strftime("%d %B %Y, %H:%M UTC"),
    )


def _answer(
    places: tuple[overview.Place, ...], windows: list[StageRecord], model: str
) -> tuple[str, str, str]:
    services = [place for place in places if place.what == f"service of {model}" and place.status == "ready"]
    if not services:
        return "wait", f"No version of {model} serves", "mlops-ext release brings one into service."
    place = services[-1]
    version = place.subject.partition(" ")[0]
    serves = f"Version {version.rpartition('/')[2]} serves {place.target}"
    since = f"On air since {place.since[:16].replace('T', ', ')} UTC." if place.since else ""
    own = [record for record in windows if _is_of(record, version) and record.ended >= place.since]
    if not own:
        return "wait", f"{serves} and was not monitored yet", since
    newest = own[0]
    checked = f"{since} Checked {newest.ended[:16].replace('T', ', ')} UTC."
    if newest.verdict == "pass":
        return "ok", f"{serves} and is well", checked
    word = "is not well" if newest.verdict == "fail" else "could not be judged"
    return "alarm", f"{serves} and {word}", f"{newest.summary}. {checked}"


def _is_of(record: StageRecord, version: str) -> bool:
    return any(ref.kind == "model-version" and ref.name == version for ref in record.inputs)


def _numbers(windows: list[StageRecord], records: list[StageRecord]) -> tuple[tuple[str, str, str], ...]:
    chart_q, chart_d = trend.quality(windows), trend.drift(windows)
    rows = [_last(chart, name) for chart, name in ((chart_q, "quality"), (chart_d, "largest drift")) if chart]
    released = sum(record.stage == "release" and record.verdict == "pass" for record in records)
    refused = sum(record.stage == "release" and record.verdict == "fail" for record in records)
    trained = sum(record.stage == "trigger" and record.verdict == "pass" for record in records)
    return (
        *rows,
        ("release records that passed", str(released), f"{refused} said no"),
        ("runs of the pipeline", str(trained), ""),
    )


def _last(chart: trend.Chart, name: str) -> tuple[str, str, str]:
    return (
        f"{name}, newest window of {chart.points[-1].version}",
        f"{chart.points[-1].value:.3f}",
        chart.limit[1] if chart.limit else "",
    )


def _waits(session: Session) -> list[tuple[str, str, str]]:
    rows = [
        (
            f"Finish {one.record.stage}",
            f"{one.record.summary}, begun {one.record.started[:19]}",
            f"mlops-ext {one.record.stage}",
        )
        for one in overview.unfinished(session)
    ]
    query = RecordQuery(project=session.context.project, stage="monitor", phase=RECORD, limit=1)
    for one in session.book.find(query):
        for ref in one.record.outputs:
            if ref.kind == "trigger" and ref.name.startswith("new-experiment"):
                rows.append(("A new experiment is asked for", ref.uri, "mlops-ext develop"))
    return rows


def _card(stage: str, stored: StoredRecord | None) -> Card:
    if stored is None:
        return Card(stage, "wait", "never", "no record yet", "", "")
    record = stored.record
    fact = record.summary if len(record.summary) <= 80 else record.summary[:79] + "…"
    when = record.ended[:16].replace("T", " ")
    return Card(
        stage,
        BADGE.get(record.verdict, "wait"),
        SAYS.get(record.verdict, record.verdict),
        fact,
        when,
        stored.digest[:8],
    )


def _chain(session: Session, model: str) -> list[lineage.Link]:
    try:
        return lineage.chain(session, f"{model}@champion")
    except MlopsExtError:
        return []


def _failed(records: list[StageRecord]) -> list[Failed]:
    return [
        Failed(check, record.stage, record.ended[:16].replace("T", " "))
        for record in records
        for report in record.reports
        for check in report.checks
        if check.status == FAIL and check.strict
    ]
