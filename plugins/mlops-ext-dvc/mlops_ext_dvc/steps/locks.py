"""Other runs in the same workspace: who they are, and waiting for them a bounded time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlops_ext.errors import CouldNotTellError

POLL = 0.3


def wait(root: Path, seconds: float, say: Callable[[str], None]) -> None:
    """Return when nobody holds a path of the pipeline; DVC itself gives up at once.

    The lock of a living process is never taken away.
    """
    until = time.monotonic() + seconds
    told = False
    while holders := _living(root, say):
        if time.monotonic() >= until:
            raise _held(root, holders)
        if not told:
            say(f"waiting for another run here: {_show(holders)} (at most {seconds:g} s)")
            told = True
        time.sleep(POLL)


def holders(root: Path) -> dict[int, str]:
    """Process ids and commands in DVC's own list of locked paths."""
    body = _listed(_file(root))
    written = list((body.get("write") or {}).values())
    read = [info for infos in (body.get("read") or {}).values() for info in infos]
    return {int(info["pid"]): str(info["cmd"]) for info in [*written, *read] if info}


def _listed(file: Path) -> dict[str, Any]:
    # DVC writes this file in place: what is half there is whole a moment later.
    for patience in (*[0.05] * 10, 0.0):
        try:
            return dict(json.loads(file.read_bytes()))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            fault = error
            time.sleep(patience)
    hint = f"when no DVC runs here, remove {file}"
    raise CouldNotTellError("DVC's list of locked paths can't be read", where=str(file), hint=hint) from fault


def busy(root: Path) -> CouldNotTellError:
    """The error when DVC says that it is busy and the time to wait is over."""
    return _held(root, holders(root))


def _living(root: Path, say: Callable[[str], None]) -> dict[int, str]:
    alive = {}
    for pid, command in holders(root).items():
        state = _state(pid, command)
        if state == "dead":
            say(f"a run that was killed left a lock (process {pid}, {command}); DVC clears it")
        elif state == "other":
            hint = f"when no DVC runs here or in another container, remove {_file(root)}"
            message = f"a lock names process {pid} ({command}), but that number is another program here"
            raise CouldNotTellError(message, where=str(_file(root)), hint=hint)
        else:
            alive[pid] = command
    return alive


def _state(pid: int, command: str) -> str:
    """`dead`, `alive`, or `other` when the number now belongs to something else."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "dead"
    except PermissionError:
        return "alive"
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return "alive"
    if not any(words):
        return "dead"  # a zombie holds nothing
    return "alive" if _same(command, " ".join(words).strip()) else "other"


def _same(noted: str, running: str) -> bool:
    # DVC notes its `sys.argv`, whose first word is a script where the command line has `-m dvc`.
    arguments = noted.partition(" ")[2].strip()
    return "dvc" in running and (not arguments or running.endswith(arguments))


def _held(root: Path, found: dict[int, str]) -> CouldNotTellError:
    who = _show(found) or "another DVC process"
    hint = "wait for it or end it, then call again; `wait_seconds` in [tool.mlops-ext.dvc] sets the time"
    return CouldNotTellError(f"another run holds this workspace: {who}", where=str(_file(root)), hint=hint)


def _show(found: dict[int, str]) -> str:
    return ", ".join(f"process {pid} ({command})" for pid, command in sorted(found.items()))


def _file(root: Path) -> Path:
    return root / ".dvc" / "tmp" / "rwlock"
