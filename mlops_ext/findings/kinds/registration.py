"""A model that is registered before anything says whether it is good."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mlops_ext.findings.code import Module, argument, is_none
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.stage_scripts import scripts_of
from mlops_ext.reading.pipelines import Stage

REGISTER, EVALUATE = "register", "evaluate"
_METRIC = re.compile(
    r"(?:^|\.)(?:score|log_metrics?|evaluate|classification_report|confusion_matrix|cross_val_\w+|cross_validate"
    r"|\w+_score|mean_\w+_error|root_mean_\w+_error|median_absolute_error|log_loss|roc_curve|eval_metrics?)$"
)
_DEEPEST = 12


class Event(NamedTuple):
    """Something that happens when a script runs, and where it is written."""

    kind: str
    file: str
    line: int


def find(look: Look) -> Iterator[Finding]:
    """Between stages by who reads whose output; in one script by the order in which it runs."""
    said: set[tuple[str, int]] = set()
    for event, message in (*_between_stages(look), *_in_a_script(look)):
        if (event.file, event.line) not in said:
            said.add((event.file, event.line))
            yield _finding(event, message)


def _between_stages(look: Look) -> Iterator[tuple[Event, str]]:
    for stage in look.pipelines.stages:
        first = _unjudged(_of_stage(look, stage))
        later = [other for other in look.pipelines.stages if first and _follows(stage, other)]
        judge = next((other for other in later if _evaluates(look, other)), None)
        if first and judge:
            yield (
                first,
                f"stage {stage.name} registers the model, and stage {judge.name} evaluates it afterwards",
            )


def _in_a_script(look: Look) -> Iterator[tuple[Event, str]]:
    for module in look.code.modules:
        if any(_kind(name, call) == REGISTER for name, call in module.calls):
            events = list(_events(module, look.code.closure(module.path)))
            first = _unjudged(events)
            if first and first.file == module.path and (line := _after(events, first)):
                yield first, f"the model is registered here, and evaluated only in line {line}"


def _finding(event: Event, message: str) -> Finding:
    return Finding(
        rule="registered-before-evaluated",
        file=event.file,
        line=event.line,
        message=f"{message}: every model gets a version, also one that is no good",
        hint="evaluate first, register what passed; or let mlops-ext trigger register and release judge",
    )


def _unjudged(events: list[Event]) -> Event | None:
    """The first registration, where nothing is measured before it."""
    first = next((event for event in events if event.kind == REGISTER), None)
    judged = first and any(event.kind == EVALUATE for event in events[: events.index(first)])
    return None if judged else first


def _after(events: list[Event], event: Event) -> int:
    later = events[events.index(event) + 1 :]
    return next((other.line for other in later if other.kind == EVALUATE and other.file == event.file), 0)


def _of_stage(look: Look, stage: Stage) -> list[Event]:
    found: list[Event] = []
    for path in scripts_of(look, stage):
        modules = look.code.closure(path)
        found += _events(modules[0], modules) if modules else ()
    return found


def _evaluates(look: Look, stage: Stage) -> bool:
    return any(event.kind == EVALUATE for event in _of_stage(look, stage))


def _follows(stage: Stage, other: Stage) -> bool:
    made = {out.full for out in stage.outs if out.full}
    return other is not stage and any(
        dep.full and any(dep.full == one or dep.full.startswith(f"{one}/") for one in made)
        for dep in other.deps
    )


def _events(module: Module, closure: tuple[Module, ...]) -> Iterator[Event]:
    """What happens, in the order in which it runs: a function's events stand where it is called."""
    functions = {name: (part, node) for part in reversed(closure) for name, node in part.functions.items()}
    yield from _walk(module.body, module, functions, 0)


def _walk(
    node: ast.AST, module: Module, functions: Mapping[str, tuple[Module, ast.AST]], depth: int
) -> Iterator[Event]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if not isinstance(child, ast.Call):
            yield from _walk(child, module, functions, depth)
            continue
        yield from _walk(child, module, functions, depth)
        name = module.dotted(child.func)
        kind = _kind(name, child)
        if kind:
            yield Event(kind, module.path, child.lineno)
            continue
        called = functions.get(name.rpartition(".")[2])
        if called and depth < _DEEPEST:
            yield from _walk(called[1], called[0], functions, depth + 1)


def _kind(name: str, call: ast.Call) -> str:
    last = name.rpartition(".")[2]
    named = "log" in last and not is_none(argument(call, "registered_model_name"))
    if named or last in ("register_model", "create_model_version"):
        return REGISTER
    return EVALUATE if _METRIC.search(name) else ""
