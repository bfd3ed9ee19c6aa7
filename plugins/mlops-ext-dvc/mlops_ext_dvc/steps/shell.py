"""The stage shell: DVC starts every command by `$SHELL -c`, so that is where we stand beside a step."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlops_ext import durable

# A variable with an empty value is taken away. The options are those that DVC gives by the shell's name.
SCRIPT = """#!/bin/sh
SHELL=$MLOPS_SHELL; export SHELL
variables=
while IFS='\t' read -r name file; do
    if [ "$name" = "$DVC_STAGE" ]; then variables=$MLOPS_FILES/$file; fi
done <"$MLOPS_FILES/stages"
if [ -n "$variables" ]; then . "$variables"; fi
case ${SHELL##*/} in
    bash) set -- --noprofile --norc "$@" ;;
    zsh) set -- --no-rcs "$@" ;;
esac
printf '%s\\tstart\\t%s\\t\\n' "$DVC_STAGE" "$(date +%s.%N)" >>"$MLOPS_FILES/journal"
"$SHELL" "$@"
code=$?
printf '%s\\tend\\t%s\\t%s\\n' "$DVC_STAGE" "$(date +%s.%N)" "$code" >>"$MLOPS_FILES/journal"
exit $code
"""


@dataclass(frozen=True)
class Event:
    """What the shell saw of one stage: times in seconds since 1970, the worst exit code (None: no end)."""

    started: float
    ended: float | None
    code: int | None


Variables = Mapping[str, str]


def prepare(folder: Path, env: Variables) -> dict[str, str]:
    """Write the shell; what comes back is the environment for DVC."""
    durable.write_text(folder / "stage-shell", SCRIPT, mode=0o755)
    ours = {"MLOPS_SHELL": env.get("SHELL") or "/bin/sh", "MLOPS_FILES": str(folder)}
    return {**env, **ours, "SHELL": str(folder / "stage-shell")}


def hand_out(folder: Path, variables: Mapping[str, Variables]) -> None:
    """Write each step's variables."""
    rows = []
    for number, (stage, values) in enumerate(variables.items()):
        rows.append(f"{stage}\tstep-{number}\n")
        durable.write_text(folder / f"step-{number}", "".join(map(_line, values.items())))
    durable.write_text(folder / "stages", "".join(rows))


def begin_attempt(folder: Path) -> None:
    """Of a stage that is begun again only the last attempt counts."""
    with (folder / "journal").open("a", encoding="utf-8") as journal:
        journal.write("\tattempt\t\t\n")


def read_journal(folder: Path) -> dict[str, Event]:
    """What the shell saw, by stage; of a stage that was begun again only the last attempt counts."""
    try:
        lines = (folder / "journal").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    found: dict[str, Event] = {}
    attempt: dict[str, Event] = {}
    for line in lines:
        stage, what, time, value = [*line.split("\t"), "", "", ""][:4]
        if what == "attempt":
            found, attempt = found | attempt, {}
        elif what == "start":
            attempt[stage] = _begun(attempt.get(stage), _seconds(time))
        elif what == "end" and stage in attempt:
            attempt[stage] = _ended(attempt[stage], _seconds(time), value)
    return found | attempt


def _begun(before: Event | None, time: float) -> Event:
    return Event(before.started if before else time, None, before.code if before else None)


def _ended(event: Event, time: float, code: str) -> Event:
    worst = max(event.code or 0, int(code) if code.isdigit() else 1)
    return Event(event.started, time, worst)


def _seconds(text: str) -> float:
    # `date` on macOS knows no %N and writes the letter.
    found = re.match(r"\d+(\.\d+)?", text)
    return float(found.group()) if found else 0.0


def _line(item: tuple[str, str]) -> str:
    name, value = item
    return f"export {name}={shlex.quote(value)}\n" if value else f"unset {name}\n"
