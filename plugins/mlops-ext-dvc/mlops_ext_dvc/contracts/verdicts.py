"""What a sample run says of its data, its steps, and the workspace that it was to leave alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import process
from mlops_ext.contract.checks import ERROR, FAIL, PASS, SKIPPED, Check
from mlops_ext.words import lasted, listed, plural
from mlops_ext_dvc.steps import collect, shell

if TYPE_CHECKING:
    from mlops_ext.contract.pipeline import StepRun
    from mlops_ext_dvc.samples.shorten import Short
    from mlops_ext_dvc.samples.watch import Seen
    from mlops_ext_dvc.steps.job import Job

COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LINES = 3
SHOWN = 5
SIGNALS = {130: "INT", 137: "KILL", 143: "TERM"}
UNTOUCHED = "the workspace is left alone"
DVCS = ("ERROR: failed to reproduce", "Use `dvc", "To track the changes", "To enable auto staging", "> ")


def shortened(short: Mapping[str, Short]) -> Check:
    """What the run started from."""
    said = "; ".join(f"{path}: {what}" for path, what in list(short.items())[:SHOWN])
    more = f"; and {len(short) - SHOWN} more" if len(short) > SHOWN else ""
    message = f"{said}{more}" or "no step reads data that no step makes"
    return Check(name="data is shortened", status=PASS if short else SKIPPED, message=message)


def steps(job: Job, ran: Sequence[StepRun]) -> Iterator[Check]:
    """Each step that did not end well, or one line for all."""
    events = shell.read_journal(job.folder)
    bad = [step for step in ran if step.how == collect.FAILED]
    for step in bad:
        yield _failed(job, step, events.get(step.name))
    live = [f"stage {step.name} reads {', '.join(step.live)}" for step in job.plan.steps if step.live]
    if live:
        message = f"live data, not a sample: {'; '.join(live[:SHOWN])}"
        yield Check(name="data is shortened", status=SKIPPED, message=message)
    if not bad:
        done = [step for step in ran if step.how == collect.RAN]
        message = f"{plural(len(done), 'step')} in {lasted(sum(step.seconds for step in done))}"
        yield Check(name="the steps run", status=PASS if done else SKIPPED, message=message)


def _failed(job: Job, step: StepRun, event: shell.Event | None) -> Check:
    lines = _last_lines(job.log, step.name)
    log = job.context.relative(job.log)
    said = " | ".join(lines) or step.why or "it wrote nothing"
    killed = SIGNALS.get(event.code or 0) if event else None
    if event is None or killed:
        how = f"was ended by {killed}" if killed else "could not be started"
        hint = "out of memory, or ended by somebody: call again" if killed else "`dvc repro` says more"
        status = ERROR
    else:
        how = f"exited with {event.code}" if event.code else "did not leave what it declares"
        hint, status = "the log has all of it", FAIL
    return Check(
        name=f"stage {step.name} runs on the sample",
        status=status,
        message=f"{how}: {said}",
        where=f"stage {step.name}, log {log}",
        hint=hint,
    )


def _last_lines(log: Path, stage: str) -> list[str]:
    """The last lines that a stage wrote, without DVC's own, without secrets."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    _, _, own = text.rpartition(f"Running stage '{stage}'")
    lines = [line.strip() for line in own.splitlines()[1:]]
    kept = [line for line in lines if line and not line.startswith(DVCS)]
    return [_plain(line) for line in kept[-LINES:]]


def _plain(line: str) -> str:
    text = process.without_secrets(COLOUR.sub("", line))
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)


def stores(opened: Sequence[Seen]) -> Iterator[Check]:
    """Tracking stores that scripts name, and that stayed as they are."""
    asked = {
        f"stage {one.stage} asks for {process.without_secrets(one.path)}"
        for one in opened
        if one.how == "server"
    }
    if asked:
        message = f"{listed(sorted(asked), SHOWN)}; MLflow wrote to a store of the run"
        yield Check(name="the tracking store is left alone", status=PASS, message=message)


def workspace(job: Job, opened: Sequence[Seen], changed: Sequence[str]) -> Iterator[Check]:
    """Steps that wrote to the workspace by an absolute path, or tried to; and what changed meanwhile."""
    top = job.context.top
    tried = {one.path: one.stage for one in opened if one.how == "write"}
    for path, stage in list(tried.items())[:SHOWN]:
        yield Check(
            name=UNTOUCHED,
            status=FAIL,
            message=f"it writes to {_shown(path, top)} by its absolute path",
            where=f"stage {stage}",
            hint="write paths relative to dvc.yaml, so that deployed runs work too",
        )
    others = [path for path in changed if path not in tried]
    if others:
        names = listed([_shown(path, top) for path in others], SHOWN)
        yield Check(
            name=UNTOUCHED,
            status=ERROR,
            message=f"it changed during the sample run: {names}",
            where=_during(job, others),
            hint="a step wrote there by an absolute path, or somebody worked on it: call again to tell",
        )


def _during(job: Job, paths: Sequence[str]) -> str:
    events = shell.read_journal(job.folder)
    times = [os.stat(path).st_mtime for path in paths if os.path.exists(path)]
    found = [
        stage
        for stage, event in events.items()
        if any(event.started <= time <= (event.ended or float("inf")) for time in times)
    ]
    return f"stage {', '.join(found)}" if found else ""


def _shown(path: str, top: Path) -> str:
    return os.path.relpath(path, top)
