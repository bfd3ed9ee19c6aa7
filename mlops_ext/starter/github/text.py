"""A caller as the text of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_ext.starter.github.places import places_of

if TYPE_CHECKING:
    from mlops_ext.starter.github.callers import Caller, Job
    from mlops_ext.starter.github.facts import Facts
    from mlops_ext.starter.github.pins import Pin

HEAD = "# Written by `mlops-ext init --github`. It is yours now: change it as you like.\n"
# Words that YAML reads as they are; 3.10 would be a number, `on` a truth.
_PLAIN = re.compile(r"(?!(?:on|off|yes|no|true|false|null|y|n)$)[A-Za-z][\w ./-]*\w", re.IGNORECASE)


def text_of(caller: Caller, facts: Facts, pin: Pin) -> str:
    """The whole file."""
    return HEAD + "\n".join(_lines(caller, facts, pin)) + "\n"


def _lines(caller: Caller, facts: Facts, pin: Pin) -> Iterator[str]:
    places = places_of(facts.settings, facts.branch)
    own = facts.called.get("integrate")
    named = {
        "{branches}": ", ".join(map(word, places.branches)),
        "{targets}": ", ".join(map(word, facts.settings.targets)),
        "{integrate}": word(own.name if own else name_of("integrate", facts)),
    }
    started = caller.on
    for place, said in named.items():
        started = started.replace(place, said)
    yield f"name: {name_of(caller.stage, facts)}"
    yield "on:"
    yield started.rstrip("\n")
    yield "permissions: {}"
    yield "concurrency:"
    yield f"  group: mlops-ext-{caller.stage}{facts.twin}-caller-{caller.group}"
    yield f"  cancel-in-progress: {str(caller.cancels).lower()}"
    yield "jobs:"
    for model, ending in _models(facts):
        for job in caller.jobs:
            if job.models or not model or model == next(iter(facts.settings.models)):
                yield from _job(job, facts, pin, *((model, ending) if job.models else ("", "")))


def name_of(stage: str, facts: Facts) -> str:
    """What a caller is called by GitHub's people, and by the workflow that comes after it."""
    return f"mlops-ext {stage}{facts.twin}"


def _models(facts: Facts) -> Iterator[tuple[str, str]]:
    """Each model with the ending of its jobs' ids; one alone needs neither to be told apart."""
    names = list(facts.settings.models)
    if len(names) < 2:
        yield "", ""
        return
    for number, name in enumerate(names):
        ending = re.sub(r"[^\w-]", "-", name, flags=re.ASCII)
        twin = any(re.sub(r"[^\w-]", "-", other, flags=re.ASCII) == ending for other in names[:number])
        yield name, f"-{ending}{f'-{number}' if twin else ''}"


def _job(job: Job, facts: Facts, pin: Pin, model: str, ending: str) -> Iterator[str]:
    needed = f"{job.needs}{ending}"
    yield f"  {job.stage}{ending}:"
    if job.needs:
        yield f"    needs: {needed}"
    yield from (f"    {line.replace('{needed}', needed)}" for line in job.more)
    yield "    permissions:"
    yield from (f"      {name}: {level}" for name, level in job.permissions.items())
    yield f"    uses: {pin.workflow(job.stage)}"
    given = [f"      {name}: {value}" for name, value in _inputs(job, facts, model)]
    if given:
        yield "    with:"
        yield from (line.replace("{needed}", needed) for line in given)
    if job.keys and facts.variables:
        yield "    secrets:"
        yield "      environment: |"
        yield from (f"        {name}={value}" for name, value in facts.variables.items())


def _inputs(job: Job, facts: Facts, model: str) -> Iterator[tuple[str, str]]:
    known = {
        "project": facts.folder,
        "python-version": facts.python,
        "project-requirements": facts.requirements,
    }
    yield from ((name, word(known[name])) for name in job.inputs if known[name])
    if model:
        yield "model", word(model)
    places = places_of(facts.settings, facts.branch)
    for name, value in job.given.items():
        value = value.replace("{target}", places.target).replace("{approve}", places.approve)
        if value:
            yield name, value


def word(text: str) -> str:
    """Text as YAML: as it is where YAML would read the same."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
