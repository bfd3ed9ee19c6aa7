"""GitHub workflows and composite actions as jobs and steps, with lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mlops_ext.reading import located
from mlops_ext.reading.located import Word, line_of, mapping, sequence, words
from mlops_ext.reading.tree import Tree

FOLDER = ".github/"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a job; `given` is all that stands under `with`, in words, and `inputs` by name."""

    name: str
    id: str
    line: int
    uses: str
    run: Word | None
    shell: str
    keeps_on: Word | None
    env: dict[Any, Any]
    given: str
    inputs: dict[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job; `env` holds the workflow's too, and `permissions` are its own or else the workflow's.

    `uses` is the workflow that it calls, `inputs` and `secrets` what it gives to that.
    """

    name: str
    line: int
    runs_on: tuple[str, ...]
    keeps_on: Word | None
    env: dict[Any, Any]
    steps: tuple[Step, ...]
    uses: str
    inputs: dict[Any, Any]
    secrets: Any
    permissions: Any


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """One file; `name` is what others call it by, `started` are the events that start it."""

    file: str
    name: str
    text: str
    after: Word | None
    started: frozenset[str]
    jobs: tuple[Job, ...]


@dataclass
class Workflows:
    """All workflows of a tree."""

    tree: Tree
    broken: dict[str, tuple[int, str]] = field(default_factory=dict)

    @cached_property
    def all(self) -> tuple[Workflow, ...]:
        """What could be read; the others are in `broken` afterwards."""
        paths = [path for path in self.tree.named(".yml", ".yaml") if path.startswith(FOLDER)]
        return tuple(found for path in paths if (found := self._read(path)))

    def _read(self, path: str) -> Workflow | None:
        text = self.tree.text(path)
        if text is None:
            return None
        try:
            content = mapping(located.load(text))
        except located.NotYamlError as error:
            self.broken[path] = (error.line, str(error))
            return None
        env = mapping(content.get("env"))
        shell = _shell(content)
        jobs = mapping(content.get("jobs"))
        if "runs" in content:
            jobs = {Word("runs", 1): content["runs"]}
        said = content.get("on")
        started = mapping(said) or {word: word for word in sequence(said)}
        return Workflow(
            file=path,
            name=str(content.get("name") or path),
            text=text,
            after=next((name for name in started if name == "workflow_run"), None),
            started=frozenset(word for word in started if isinstance(word, str)),
            jobs=tuple(_job(name, mapping(body), env, shell, content) for name, body in jobs.items()),
        )


def _job(name: Word, body: dict[Any, Any], env: dict[Any, Any], shell: str, workflow: dict[Any, Any]) -> Job:
    own = {**env, **mapping(body.get("env"))}
    shell = _shell(body) or shell
    steps = body.get("steps")
    return Job(
        name=f"{name} {body.get('name') or ''}".strip(),
        line=name.line,
        runs_on=tuple(str(word) for _, word in words(body.get("runs-on") or [])),
        keeps_on=_true(body.get("continue-on-error")),
        env=own,
        steps=tuple(_steps(steps if isinstance(steps, list) else [], own, shell)),
        uses=str(body.get("uses") or ""),
        inputs=mapping(body.get("with")),
        secrets=body.get("secrets"),
        permissions=body.get("permissions", workflow.get("permissions")),
    )


def _steps(given: list[Any], env: dict[Any, Any], shell: str) -> Iterator[Step]:
    for entry in given:
        body = mapping(entry)
        run = body.get("run")
        yield Step(
            name=str(body.get("name") or ""),
            id=str(body.get("id") or ""),
            line=line_of(next(iter(body), Word("", 1))),
            uses=str(body.get("uses") or ""),
            run=run if isinstance(run, Word) else None,
            shell=str(body.get("shell") or shell),
            keeps_on=_true(body.get("continue-on-error")),
            env={**env, **mapping(body.get("env"))},
            given=" ".join(word for _, word in words(body.get("with") or [])),
            inputs=mapping(body.get("with")),
        )


def _shell(body: dict[Any, Any]) -> str:
    return str(mapping(mapping(body.get("defaults")).get("run")).get("shell") or "")


def _true(value: Any) -> Word | None:
    """The word where it says true; an expression may say either, and somebody thought of it."""
    return value if isinstance(value, Word) and value.strip().lower() == "true" else None
