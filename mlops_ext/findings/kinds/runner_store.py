"""A workflow that trains on a hosted runner and keeps its MLflow runs on that runner's disk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.kinds.file_store import is_file_store
from mlops_ext.findings.kinds.localhost import LOCALHOST
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import argv, pieces, python_target
from mlops_ext.findings.workflows import Job, Step
from mlops_ext.reading.located import mapping

_HOSTED = re.compile(r"^(?:ubuntu|windows|macos)-|\$\{\{\s*matrix\.(?:os|runner|platform)")
_TRAINS = re.compile(r"^(?:dvc (?:repro|exp run)|mlflow run|mlops-ext (?:develop|integrate))")
_KEEPS = re.compile(r"mlruns|mlartifacts|\.sqlite|\.db\b|git add (?:-A|\.)")
_CARRIERS = ("actions/upload-artifact", "actions/cache")
_COPIES = re.compile(r"\b(?:git add|aws s3|gsutil|az storage|rsync|scp|dvc push)\b")


def find(look: Look) -> Iterator[Finding]:
    """Only where MLflow is used, no server is named anywhere, and nothing carries the store away."""
    if not any(module.imports("mlflow") for module in look.code.modules) or has_server(look):
        return
    for workflow in look.workflows.all:
        for job in workflow.jobs:
            step = _training(look, job)
            if step is None or not any(_HOSTED.search(name) for name in job.runs_on):
                continue
            if _named(job, step) or _carried(job):
                continue
            yield Finding(
                rule="store-ends-with-runner",
                file=workflow.file,
                line=step.run.line if step.run is not None else step.line,
                message=f"job {job.name.split()[0]} trains on a hosted runner, where MLflow's store is a "
                "file: runs and models are gone when the job ends",
                hint="set MLFLOW_TRACKING_URI to a server for this job (env:, from a secret), or upload the "
                "store with actions/upload-artifact",
            )


def has_server(look: Look) -> bool:
    """Whether anything but a workflow names a server, or something that can't be read and may be one."""
    named = mapping(look.settings.get("mlflow")).get("tracking_uri")
    if isinstance(named, str) and named and not _is_local(named):
        return True
    return any(not _is_local(one.value) for one in look.addresses if not one.file.startswith(".github/"))


def _is_local(value: str) -> bool:
    return bool(is_file_store(value) or value.startswith("sqlite:") or LOCALHOST.match(value))


def _named(job: Job, step: Step) -> bool:
    """Whether the job sets a server: in `env`, or by a step that writes to GITHUB_ENV."""
    env = {**job.env, **step.env}
    texts = (str(other.run) for other in job.steps if other.run is not None)
    return any("TRACKING_URI" in key and not _is_local(str(value)) for key, value in env.items()) or any(
        "TRACKING_URI" in text for text in texts
    )


def _carried(job: Job) -> bool:
    """Whether a step uploads, caches, commits or copies the store."""
    return any(
        (step.uses.startswith(_CARRIERS) and _KEEPS.search(step.given))
        or (step.run is not None and _COPIES.search(step.run) and _KEEPS.search(step.run))
        for step in job.steps
    )


def _training(look: Look, job: Job) -> Step | None:
    for step in job.steps:
        if step.run is not None and any(_trains(look, words) for words in _commands(look, step.run)):
            return step
    return None


def _commands(look: Look, text: str) -> Iterator[list[str]]:
    """The commands of a step, and those of the make targets that it asks for."""
    for piece in pieces(text):
        words = argv(piece.text)
        yield words
        if words[:1] == ["make"]:
            for script in look.scripts:
                if script.where in {f"make {word}" for word in words[1:]}:
                    yield from (argv(inner.text) for inner in pieces(script.text))


def _trains(look: Look, words: list[str]) -> bool:
    if _TRAINS.match(" ".join(words)):
        return True
    target = python_target(words)
    if target is None:
        return False
    path = look.code.find(target[0], "", look.tree.project)
    return any(
        (name.startswith("mlflow.") and not name.endswith(("load_model", "search_runs")))
        or name.endswith(".start_run")
        for module in (look.code.closure(path) if path else ())
        for name, _ in module.calls
    )
