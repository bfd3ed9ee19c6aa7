"""What act said of one run, as a test asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Acted:
    """One run. `code` 0 also means "nothing ran", so tests look at `results`."""

    code: int
    events: tuple[dict[str, Any], ...]
    stderr: str
    artifacts: Path

    @property
    def results(self) -> dict[str, str]:
        """The result of each job by its id: success, failure, or skipped; one of a matrix by its name."""
        found: dict[str, str] = {}
        for event in self.events:
            if "jobResult" in event:
                key = event["job"].rpartition("/")[2] if event.get("matrix") else event["jobID"]
                found[key] = event["jobResult"]
        return found

    @property
    def steps(self) -> dict[str, str]:
        """The result of each step by `job/step`, where a composite's steps are `job/outer/inner`."""
        ends = [event for event in self.events if "stepResult" in event and event.get("stage") == "Main"]
        return {f"{event['jobID']}/{'/'.join(event['stepID'])}": event["stepResult"] for event in ends}

    def outputs(self, *step: str, job: str = "") -> dict[str, str]:
        """The outputs that a step set; of a step within a composite action: `outputs("outer", "inner")`."""
        return {
            event["name"]: event["arg"]
            for event in self.events
            if event.get("command") == "set-output"
            and event.get("stepID") == list(step)
            and job in ("", event["jobID"])
        }

    @property
    def summaries(self) -> list[str]:
        """What was written to step summaries; act says once more of an action what its step wrote."""
        found = {
            (event["jobID"], event["stepID"][0], event["content"]): event["content"]
            for event in self.events
            if event.get("command") == "summary"
        }
        return list(found.values())

    def annotations(self, level: str) -> list[tuple[dict[str, str], str]]:
        """The annotations of one level (notice, warning, error): their properties and their text."""
        found = [event for event in self.events if event.get("command") == level]
        return [(event.get("kvPairs") or {}, event["arg"]) for event in found]

    @property
    def log(self) -> str:
        """What the steps printed, masked as a reader of the log sees it."""
        return "".join(event["msg"] for event in self.events if event.get("raw_output"))

    def log_of(self, job: str) -> str:
        """The same of one job: those that run at once are mixed."""
        found = (event for event in self.events if event.get("raw_output") and event["jobID"] == job)
        return "".join(event["msg"] for event in found)

    @property
    def everything(self) -> str:
        """All that act shows or keeps, unmasked where act does not mask: a secret must not be in it."""
        words = [str(event.get(key, "")) for event in self.events for key in ("msg", "arg", "content")]
        return "\n".join([*words, self.stderr])
