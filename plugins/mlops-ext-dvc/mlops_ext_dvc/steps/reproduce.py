"""One `dvc repro` (or `exp run`) under the supervisor, by the tool environment's DVC."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple, TextIO

from mlops_ext import process
from mlops_ext_dvc.files import faults
from mlops_ext_dvc.files.command import DVC
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.steps import locks, shell
from mlops_ext_dvc.steps.job import Job

KEPT = 4000


class Outcome(NamedTuple):
    """DVC's exit code and the end of what it wrote; the log has all of it."""

    code: int
    output: str


def reproduce(job: Job, words: tuple[str, ...]) -> Outcome:
    """Run DVC with these words; while another DVC has the lock, wait and try again, a bounded time."""
    own = job.context.own("dvc", DvcSettings)
    variables = {step: job.tracker.variables(step) for step in job.plan.names}
    env = shell.prepare(job.folder, variables, job.env)
    until = time.monotonic() + own.wait_seconds
    while True:
        outcome = _once(job, words, env)
        if outcome.code == 0 or not faults.is_busy(outcome.output):
            return outcome
        if time.monotonic() >= until:
            raise locks.busy(job.root)
        time.sleep(locks.POLL)
        locks.wait(job.root, max(0.0, until - time.monotonic()), job.context.say)


def _once(job: Job, words: tuple[str, ...], env: dict[str, str]) -> Outcome:
    left = job.context.left()
    with job.log.open("a", encoding="utf-8") as log:
        output = _Output(log, job.context.say)
        code = process.supervise(
            [*DVC, *words],
            cwd=job.root,
            env=env,
            log=output.receive,
            deadline=None if left == float("inf") else left,
            root=job.root,
        )
    return Outcome(code, output.text)


class _Output:
    """Writes each line to the log, says when a stage starts, and keeps the end."""

    def __init__(self, log: TextIO, say: Callable[[str], None]) -> None:
        self._log, self._say = log, say
        self.text = ""

    def receive(self, line: str) -> None:
        """Take one line of DVC or of a step."""
        self._log.write(line + "\n")
        self._log.flush()
        self.text = (self.text + line + "\n")[-KEPT * 8 :]
        if line.startswith("Running stage '"):
            self._say(line.rstrip(":"))
