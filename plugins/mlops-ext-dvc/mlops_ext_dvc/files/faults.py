"""What DVC says when something is wrong, as errors with file, stage, key, and what to do next."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mlops_ext.errors import CouldNotTellError, MlopsExtError, SettingsError

_PLACE = re.compile(r"'(?P<key>(?:stages|vars|artifacts|metrics|plots|params)[^']*)' in '(?P<file>[^']+)'")
_PATH = re.compile(r" at (?P<key>(?:stages|vars|artifacts|metrics|plots|params)[^ ]*)")
_VALIDATION = re.compile(r"'(?P<file>[^']+)' validation failed")
_STAGE = re.compile(r"failed to reproduce '(?P<stage>[^']+)'")
_BUSY = ("is busy, it is being blocked by", "Unable to acquire lock")
# What a stage in dvc.yaml asks for, and is not there.
_THEIR_STAGE = ("No such file or directory", "are missing from")
_THEIRS = (
    "OutputDuplicationError",
    "OverlappingOutputPathsError",
    "CyclicGraphError",
    "CircularDependencyError",
    "StagePathAsOutputError",
    "ArgumentDuplicationError",
    "ResolveError",
    "YAMLSyntaxError",
    "YAMLValidationError",
    "StagePathNotFoundError",
    "StagePathOutsideError",
    "StageFileBadNameError",
    "StageNotFound",
    "NoOutputOrStageError",
)


def of_plan(root: Path, error: Exception) -> MlopsExtError:
    """The error for what DVC's index said."""
    text = _plain(error, root)
    if type(error).__name__ not in _THEIRS:
        return CouldNotTellError(f"DVC could not read the pipeline: {text}", hint="`dvc status` shows more")
    found = _PLACE.search(text) or _VALIDATION.search(text)
    groups = found.groupdict() if found else {}
    line = getattr(getattr(error.__cause__, "problem_mark", None), "line", None)
    file = groups.get("file") or getattr(error, "relpath", "") or "dvc.yaml"
    where = _from_root(file, root) + (f", line {line + 1}" if line is not None else "")
    path = _PATH.search(text)
    key = groups.get("key") or (path["key"] if path else "")
    return SettingsError(text, key=key, file=where, hint=_hint(error))


def is_busy(output: str) -> bool:
    """Whether another DVC process had the lock."""
    return any(word in output for word in _BUSY)


def failed_stage(output: str) -> str:
    """The stage that DVC says it could not reproduce."""
    found = _STAGE.findall(output)
    return str(found[-1]) if found else ""


def told(output: str) -> str:
    """DVC's own last error, on one line."""
    errors = [line.partition("ERROR: ")[2] for line in output.splitlines() if line.startswith("ERROR: ")]
    return errors[-1].strip() if errors else ""


def of_run(code: int, output: str) -> MlopsExtError:
    """The error for a `dvc repro` that ended without any command to blame."""
    stage, said = failed_stage(output), told(output)
    if any(words in said for words in _THEIR_STAGE):
        words = said.partition(f"'{stage}': ")[2] or said
        return SettingsError(words.strip(), key=f"stages.{stage}", file="dvc.yaml", hint=_hint_of(words))
    last = "\n  ".join(line for line in output.splitlines()[-8:] if line.strip())
    message = said or f"dvc ended with {code}:\n  {last}"
    return CouldNotTellError(f"DVC could not run the pipeline: {message}", hint="`dvc status` shows more")


def of_experiment(code: int, output: str) -> MlopsExtError:
    """The error for a `dvc exp run` that ended before any stage: mostly a parameter that is not there."""
    message = told(output)
    if any(word in message for word in ("Could not override", "Key '", "Invalid", "not in struct", "parse")):
        return SettingsError(
            message, key="--set", hint="name a parameter of params.yaml, such as train.depth=6"
        )
    return of_run(code, output)


def _from_root(text: str, root: Path) -> str:
    # DVC writes paths relative to the folder that we happen to be in.
    return text.replace(f"{os.path.relpath(root)}{os.sep}", "")


def _plain(error: Exception, root: Path) -> str:
    lines = [line.strip() for line in _from_root(str(error), root).splitlines()]
    causes = getattr(error.__cause__, "errors", None) or []
    extra = [f"{cause} at {'.'.join(str(part) for part in cause.path)}" for cause in causes]
    problem = getattr(error.__cause__, "problem", None)
    return " ".join(line for line in [*lines, *extra, f"({problem})" if problem else ""] if line)


def _hint_of(words: str) -> str:
    if "are missing from" in words:
        return "add them to the file, or take them out of `params`"
    return "nothing here makes or tracks it: `dvc add` it, name the stage that makes it, or correct the path"


def _hint(error: Exception) -> str:
    hints = {
        "CyclicGraphError": "take one of the dependencies out of dvc.yaml",
        "OutputDuplicationError": "let one of them name the output, or `dvc remove` the other",
        "OverlappingOutputPathsError": "let each output have a folder of its own",
        "YAMLSyntaxError": "repair the file",
    }
    return hints.get(type(error).__name__, "repair dvc.yaml or the parameters it reads")
