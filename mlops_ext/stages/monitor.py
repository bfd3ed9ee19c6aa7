"""monitor: live data and labels become statistics, and one of two exits: retrain, or ask people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef, Joined
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.profile import Profile
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Target
from mlops_ext.dispatch import guard
from mlops_ext.errors import CouldNotTellError, SettingsError, UsageError
from mlops_ext.profile.answer import compare
from mlops_ext.records.key import make_key
from mlops_ext.session import Session
from mlops_ext.settings.duration import duration
from mlops_ext.stages import exits, tables
from mlops_ext.stages.profiles import profile_of
from mlops_ext.stages.work import Outcome, Work

STAGE = "monitor"
QUESTIONS = ("schema",)


def monitor(session: Session, *, target_name: str = "", as_of: str = "", html: bool = False) -> Outcome:
    """Judge the window that ends at `as_of` (by default now); labels count once they are `late_by` old."""
    model = session.model()
    settings = session.settings.models[model].monitor
    target = session.target(target_name or session.settings.models[model].release.target, service_of=model)
    work = Work(session=session, stage=STAGE, model=model, target=target.name)
    work.required = session.settings.monitor.ask if session.settings.monitor.ask is not None else QUESTIONS
    version = session.context.find_model(f"{model}@champion")
    if version is None:
        raise SettingsError(f"no version of {model} serves", key=f"models.{model}", hint="mlops-ext release")
    end = _time(as_of)
    length = duration(settings.window, f"models.{model}.monitor.window")
    late = duration(settings.late_by, f"models.{model}.monitor.late_by")
    live = _window(session, target, end - length, end)
    mature = _with_labels(
        session, model, live if not late else _window(session, target, end - late - length, end - late)
    )
    work.inputs = [version.ref(), *_refs(live, mature)]
    work.key = make_key(
        STAGE, session.context.project, model=model, target=target.name, inputs=tuple(work.inputs),
        settings=session.settings.models[model], tools=session.tools, more=(session.zone, str(html)),
    )  # fmt: skip
    passed = None if session.options.force else session.book.passed(work.key, session.zone)
    if passed and not session.registry.broken:
        return work.replay(passed)
    return _judge(work, version, live, mature, html)


def _judge(work: Work, version: ModelVersion, live: DataRef, mature: DataRef | None, html: bool) -> Outcome:
    session = work.session
    profile = profile_of(session, version)
    work.parents += [version.promotion.gate] if version.promotion and version.promotion.gate else []
    session.context.say(f"comparing {between(live.revision)} with the reference of {version.name}")
    work.add(guard("profile", "schema", lambda: compare(session.context, profile, live)))
    work.add(_ask(session, profile, live, "drift", "schema"))
    if mature is not None:
        work.add(_ask(session, profile, mature, "quality"))
    if html or not work.verdict().passed:
        seen = replace(session.context, pictures=True)
        reports = session.dispatcher.reports(
            "mlops_compare_data", "report", context=seen, profile=profile, current=live
        )
        work.add(report for report in reports if report.question == "report")
    found = exits.find(work, version, live)
    work.outputs += [trigger.ref() for trigger in found]
    summary = f"{version.name}, {between(live.revision)}: {exits.sentence(work.reports, found)}"
    products = tuple(("trigger", f"{trigger.kind}: {trigger.why}") for trigger in found)
    drawn = tuple(("report", ref.uri) for ref in work.outputs if ref.kind == "report")
    runs = any(trigger.kind != "new-experiment" for trigger in found)
    return work.close(summary, products=products + drawn, next="mlops-ext trigger" if runs else "")


def _ask(session: Session, profile: Profile, current: DataRef, *questions: str) -> list[Report]:
    reports = session.dispatcher.reports(
        "mlops_compare_data", questions[0], context=session.context, profile=profile, current=current
    )
    return [report for report in reports if report.question in questions]


def _window(session: Session, target: Target, start: datetime, end: datetime) -> DataRef:
    revision = f"{start.isoformat()}/{end.isoformat()}"
    context = replace(session.context, model=target.model)
    found: DataRef | None = session.dispatcher.ask_owner(
        "mlops_resolve_data", context=context, name=f"log:{target.name}", revision=revision
    )
    if found is None:
        raise CouldNotTellError(
            f"nobody keeps a prediction log for {target.name}", hint='"serve" in `plugins` keeps one'
        )
    return msgspec.structs.replace(found, revision=revision)


def _with_labels(session: Session, model: str, window: DataRef) -> DataRef | None:
    """The window with its labels joined by id; None where the settings name no labels."""
    name = session.settings.models[model].labels
    if not name:
        return None
    own = session.settings.data[name]
    on, label = own.columns.id or window.columns.id, own.columns.label
    if not on or not label:
        raise SettingsError(
            "labels can't be joined", key=f"data.{name}.columns", hint="set columns.id and columns.label"
        )
    newest = (
        tables.resolve(session, f"newest:{name}", "newest") if own.source else tables.resolve(session, name)
    )
    joined = Joined(
        name=name, uri=newest.uri, on=on, columns=(label,), format=newest.format, digest=newest.digest
    )
    roles = msgspec.structs.replace(window.columns, label=label)
    return msgspec.structs.replace(window, joined=(joined,), columns=roles)


def _refs(live: DataRef, mature: DataRef | None) -> list[Ref]:
    found = [Ref(kind="window", name=live.revision, digest=live.digest, uri=live.uri)]
    if mature is not None:
        found.append(
            Ref(kind="window", name=f"labelled {mature.revision}", digest=mature.digest, uri=mature.uri)
        )
        found += [
            Ref(kind="data", name=other.name, digest=other.digest, uri=other.uri) for other in mature.joined
        ]
    return found


def between(window: str) -> str:
    """A window as people say it: days where it begins and ends at midnight."""
    start, _, end = window.partition("/")
    short = [moment.removesuffix("T00:00:00+00:00") for moment in (start, end)]
    return " to ".join(short)


def _time(text: str) -> datetime:
    if not text:
        return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"--as-of {text} is no time", hint="write 2026-04-01 or 2026-04-01T12:00+00:00"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
