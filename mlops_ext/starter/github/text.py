"""A caller as the text of its file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlops_ext.starter.github.callers import Caller
    from mlops_ext.starter.github.facts import Facts
    from mlops_ext.starter.github.pins import Pin

HEAD = "# Written by `mlops-ext init --github`. It is yours now: change it as you like.\n"
# Words that YAML reads as they are; 3.10 would be a number, `on` a truth.
_PLAIN = re.compile(r"(?!(?:on|off|yes|no|true|false|null|y|n)$)[A-Za-z][\w./-]*", re.IGNORECASE)


def text_of(caller: Caller, facts: Facts, pin: Pin) -> str:
    """The whole file."""
    return HEAD + "\n".join(_lines(caller, facts, pin)) + "\n"


def _lines(caller: Caller, facts: Facts, pin: Pin) -> Iterator[str]:
    yield f"name: mlops-ext {caller.stage}"
    yield "on:"
    yield caller.on.replace("{branch}", word(facts.branch)).rstrip("\n")
    yield "permissions: {}"
    yield "concurrency:"
    yield f"  group: mlops-ext-{caller.stage}-caller-{caller.group}"
    yield f"  cancel-in-progress: {str(caller.cancels).lower()}"
    yield "jobs:"
    yield f"  {caller.stage}:"
    yield from (f"    {line}" for line in caller.more)
    yield "    permissions:"
    yield from (f"      {name}: {level}" for name, level in caller.permissions.items())
    yield from _matrix(caller, facts)
    yield f"    uses: {pin.workflow(caller.stage)}"
    yield from _inputs(caller, facts)
    if caller.keys and facts.variables:
        yield "    secrets:"
        yield "      environment: |"
        yield from (f"        {name}={value}" for name, value in facts.variables.items())


def _matrix(caller: Caller, facts: Facts) -> Iterator[str]:
    if caller.models and len(facts.settings.models) > 1:
        yield "    strategy:"
        yield "      fail-fast: false"
        yield f"      matrix: {{model: [{', '.join(map(word, facts.settings.models))}]}}"


def _inputs(caller: Caller, facts: Facts) -> Iterator[str]:
    known = {
        "project": facts.folder,
        "python-version": facts.python,
        "project-requirements": facts.requirements,
    }
    given = [f"      {name}: {word(known[name])}" for name in caller.inputs if known[name]]
    if caller.models and len(facts.settings.models) > 1:
        given.append("      model: ${{ matrix.model }}")
    if given:
        yield "    with:"
        yield from given


def word(text: str) -> str:
    """Text as YAML: as it is where YAML would read the same."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
