"""Other runs in the same workspace: waiting for them a bounded time, and what a killed one left."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.steps import holders
from mlops_ext_dvc.steps.holders import Holder

POLL = 0.3


def wait(root: Path, seconds: float, tell: Callable[[str], None]) -> None:
    """Return when nobody holds a path of the pipeline; DVC itself gives up at once.

    The lock of a living process is never taken away; a list of locks that a killed DVC left torn is.
    """
    torn = holders.torn(root)
    if torn:
        # DVC itself can't go on beside it.
        torn.unlink(missing_ok=True)
        tell(f"a run that was killed left {torn.name} half written; it is taken away")
    until = time.monotonic() + seconds
    told: set[str] = set()

    def once(line: str) -> None:
        if line not in told:
            told.add(line)
            tell(line)

    while living := _living(root, once):
        if time.monotonic() >= until:
            raise _held(root, living)
        once(f"waiting for another run here: {_show(living)} (at most {seconds:g} s)")
        time.sleep(POLL)


def busy(root: Path) -> CouldNotTellError:
    """The error when DVC says that it is busy and the time to wait is over."""
    return _held(root, [one for one in holders.find(root) if one.state != holders.DEAD])


def _living(root: Path, tell: Callable[[str], None]) -> list[Holder]:
    found = holders.find(root)
    for one in found:
        if one.state == holders.DEAD:
            tell(f"a run that was killed left a lock ({one}); DVC clears it")
        elif one.state == holders.OTHER:
            hint = f"when no DVC runs here or in another container, remove {one.file}"
            message = f"a lock names {one}, but that number is another program here"
            raise CouldNotTellError(message, where=str(one.file), hint=hint)
    return [one for one in found if one.state != holders.DEAD]


def _held(root: Path, found: list[Holder]) -> CouldNotTellError:
    unknown = next((one for one in found if one.state == holders.UNKNOWN), None)
    if unknown:
        hint = f"when no DVC runs here or on another machine, remove {unknown.file}"
        message = "DVC's lock of this workspace is there, and it does not say whose it is"
        return CouldNotTellError(message, where=str(unknown.file), hint=hint)
    who = _show(found) or "another DVC process"
    file = found[0].file if found else root / ".dvc" / "tmp" / "lock"
    hint = "wait for it or end it, then call again; `wait_seconds` in [tool.mlops-ext.dvc] sets the time"
    return CouldNotTellError(f"another run holds this workspace: {who}", where=str(file), hint=hint)


def _show(found: list[Holder]) -> str:
    return ", ".join(str(one) for one in sorted(found))
