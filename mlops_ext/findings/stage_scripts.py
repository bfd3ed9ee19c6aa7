"""Which Python files a stage runs, and whether that is all that it runs."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import argv, pieces, python_target
from mlops_ext.reading.pipelines import Stage

_HARMLESS = ("echo", "export", "set", "mkdir", "true", "test", "[", "[[", "sleep", "source", ".")


def scripts_of(look: Look, stage: Stage) -> list[str]:
    """The Python files that its commands name and that are here."""
    return [path for path, _ in _targets(look, stage) if path]


def all_scripts_of(look: Look, stage: Stage) -> list[str] | None:
    """The same, or None where something else runs too, of which we can't see what it writes."""
    found = list(_targets(look, stage))
    return [path for path, _ in found] if found and all(path for path, _ in found) else None


def _targets(look: Look, stage: Stage) -> Iterator[tuple[str, str]]:
    for command in stage.commands:
        for piece in pieces(command):
            words = argv(piece.text)
            if not words or words[0] in _HARMLESS:
                continue
            target = python_target(words)
            path = look.code.find(target[0], stage.folder, look.tree.project, "") if target else ""
            yield path, piece.text
