"""A workflow that trains on a hosted runner and keeps its MLflow runs on that runner's disk."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.kinds.file_store import is_file_store
from mlops_ext.findings.kinds.localhost import LOCALHOST
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import argv, pieces, python_target
from mlops_ext.findings.workflows import Job, Step, Workflow

_HOSTED = re.compile(r"^(?:ubuntu|windows|macos)-|\$\{\{\s*matrix\.(?:os|runner|platform)")
_TRAINS = re.compile(r"^(?:dvc (?:repro|exp run)|mlflow run|mlops-ext (?:develop|integrate))")
_KEEPS = re.compile(r"mlruns|mlartifacts|mlflow\.db|mlflow\.sqlite|\.sqlite|\.db\b")
_SERVER = re.compile(r"dagshub\.init|databricks|sagemaker|azureml|MLFLOW_TRACKING_URI")


def find(look: Look) -> Iterator[Finding]:
    """Only where MLflow is used, no server is named anywhere, and nothing carries the store away."""
    if not any(module.imports("mlflow") for module in look.code.modules) or _has_server(look):
        return
    for workflow in look.workflows.all:
        for job in workflow.jobs:
            step = _training(look, job)
            if step is None or not any(_HOSTED.search(name) for name in job.runs_on):
                continue
            if _named(job, step) or _carried(workflow, job):
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


def _has_server(look: Look) -> bool:
    """Whether code names a server, or reads from somewhere that we can't see which one it is."""
    local = [one for one in look.addresses if not one.file.startswith(".github/")]
    if any(not _is_local(one.value) for one in local):
        return True
    return any(
        name.endswith(("set_tracking_uri", "dagshub.init")) and not _constant(look, module.path, call.lineno)
        for module in look.code.modules
        for name, call in module.calls
    )


def _constant(look: Look, path: str, line: int) -> bool:
    """Whether an address was read from that call; it may stand on another line than the call does."""
    return any(one.file == path and not one.fallback for one in look.addresses) and line > 0


def _is_local(value: str) -> bool:
    return bool(is_file_store(value) or value.startswith("sqlite:") or LOCALHOST.match(value) or value == "")


def _named(job: Job, step: Step) -> bool:
    return any(
        "TRACKING_URI" in key and not _is_local(str(value)) for key, value in {**job.env, **step.env}.items()
    )


def _carried(workflow: Workflow, job: Job) -> bool:
    """Whether a step uploads, caches, commits or copies the store, or an action that we don't know may."""
    if _SERVER.search(workflow.text) and "TRACKING_URI" in workflow.text and "GITHUB_ENV" in workflow.text:
        return True
    text = workflow.text.splitlines()
    used = [step for step in job.steps if step.uses.startswith(("actions/upload-artifact", "actions/cache"))]
    ends = [*[step.line for step in job.steps[1:]], len(text) + 1]
    blocks = {
        id(step): "\n".join(text[step.line - 1 : end - 1]) for step, end in zip(job.steps, ends, strict=False)
    }
    return any(_KEEPS.search(blocks.get(id(step), "")) for step in used) or any(
        step.run is not None
        and re.search(r"\b(?:git add|aws s3|gsutil|az storage|rsync|scp|dvc push)\b", step.run)
        and (_KEEPS.search(step.run) or "git add ." in step.run or "git add -A" in step.run)
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
