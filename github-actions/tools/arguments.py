"""The words of the command for a stage, from the inputs of its action."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.inputs import is_set, lines, required, text

OF_STAGE = {
    "develop": ("compare",),
    "integrate": (),
    "deliver": ("package",),
    "trigger": ("target", "demand"),
    "release": ("target", "version"),
    "monitor": ("target", "as-of"),
}


def words(command: str) -> list[str]:
    """What follows `mlops-ext`. No value can be taken for an option."""
    return _COMMANDS.get(command, _stage)(command)


def _stage(command: str) -> list[str]:
    options = [*_common(), *_options("model", *OF_STAGE.get(command, ())), f"--save={_answers(command)}"]
    return [command, *options]


def _develop(command: str) -> list[str]:
    return [*_stage(command), *(f"--set={line}" for line in lines("set") if line)]


def _integrate(command: str) -> list[str]:
    return [*_stage(command), *(["--pull"] if is_set("pull") else [])]


def _release(command: str) -> list[str]:
    return [*_stage(command), *(["--judge"] if is_set("judge") else [])]


def _deliver(command: str) -> list[str]:
    target = required("target")
    return [*_stage(command), "--", target]


def _approve(command: str) -> list[str]:
    target = required("target")
    return [command, *_common(), *_options("model", "package"), "--", target]


def _comment(command: str) -> list[str]:
    needed = [f"--{name}={required(name)}" for name in ("answer", "change", "commit")]
    return [command, *_common(), *needed, *_options("conclusion", "report", "name")]


def _common() -> list[str]:
    return [f"--project={text('project', '.')}", "--format=github"]


def _options(*names: str) -> list[str]:
    return [f"--{name}={text(name)}" for name in names if text(name)]


def _answers(stage: str) -> Path:
    """A new folder: two steps of a job may ask the same stage."""
    root = Path(os.environ.get("RUNNER_TEMP") or tempfile.gettempdir(), "mlops-ext")
    root.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{stage}-", dir=root))


_COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "develop": _develop,
    "integrate": _integrate,
    "deliver": _deliver,
    "release": _release,
    "approve": _approve,
    "comment": _comment,
}
