"""One `dvc repro` (or `exp run`) under the supervisor, by the tool environment's DVC."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.files import faults, planned
from mlops_ext_dvc.files.command import DVC
from mlops_ext_dvc.files.plan import Plan
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import driver, locks, shell
from mlops_ext_dvc.steps.job import LOG, Job

KEPT = 4000
PATIENCE = 0.005


class Outcome(NamedTuple):
    """DVC's exit code and the end of what it wrote; the log has all of it."""

    code: int
    output: str


class Ready:
    """A DVC that has read the pipeline and waits to be told to go on."""

    def __init__(self, child: process.Supervised, output: _Output, file: Path) -> None:
        self._child, self._output, self._file = child, output, file

    def plan(self) -> Plan:
        """What it is going to run; what is wrong in `dvc.yaml` is a settings error."""
        while not self._file.exists():
            if self._child.ended:
                raise CouldNotTellError(f"DVC did not start: {self._output.text.strip()[-500:]}")
            time.sleep(PATIENCE)
        return planned.decoded(self._file.read_bytes())

    def go(self, context: Context) -> Outcome:
        """Let it go on, to its end."""
        self._child.tell(driver.GO)
        return Outcome(self._child.wait(_limit(context)), self._output.text)


@contextmanager
def ready(
    context: Context, root: Path, folder: Path, env: Mapping[str, str], words: tuple[str, ...]
) -> Iterator[Ready]:
    """Start DVC, so that it imports and reads while we do other things; left early, it ends."""
    file, output = folder / "plan.json", _Output(folder / LOG, context.say)
    file.unlink(missing_ok=True)
    targets = json.dumps(context.own("dvc", DvcSettings).targets)
    argv = (sys.executable, "-P", driver.__file__, str(file), targets, *words)
    whole = shell.prepare(folder, env)
    command = process.Command(argv, root, output.receive, whole, root)
    with process.supervised(command) as child:
        yield Ready(child, output, file)


def reproduce(job: Job, words: tuple[str, ...], first: Ready | None = None) -> Outcome:
    """Run DVC with these words; while another DVC has the lock, wait and try again, a bounded time."""
    own = job.context.own("dvc", DvcSettings)
    env = shell.prepare(job.folder, job.env)
    shell.hand_out(job.folder, {step: job.tracker.variables(step) for step in job.plan.names})
    until = time.monotonic() + own.wait_seconds
    while True:
        shell.begin_attempt(job.folder)
        outcome = first.go(job.context) if first else _once(job, words, env)
        first = None
        if outcome.code == 0 or not faults.is_busy(outcome.output):
            return outcome
        if time.monotonic() >= until:
            raise locks.busy(job.root)
        time.sleep(locks.POLL)
        locks.wait(job.root, max(0.0, until - time.monotonic()), job.context.tell)


def _once(job: Job, words: tuple[str, ...], env: Mapping[str, str]) -> Outcome:
    output = _Output(job.log, job.context.say)
    code = process.supervise(
        [*DVC, *words],
        cwd=job.root,
        env=env,
        log=output.receive,
        deadline=_limit(job.context),
        root=job.root,
    )
    return Outcome(code, output.text)


def _limit(context: Context) -> float | None:
    left = context.left()
    return None if left == float("inf") else left


class _Output:
    """Writes each line to the log, says when a stage starts, and keeps the end."""

    def __init__(self, log: Path, say: Callable[[str], None]) -> None:
        self._log, self._say = log, say
        self.text = ""

    def receive(self, line: str) -> None:
        """Take one line of DVC or of a step."""
        with self._log.open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        self.text = (self.text + line + "\n")[-KEPT * 8 :]
        if line.startswith("Running stage '"):
            self._say(line.rstrip(":"))
