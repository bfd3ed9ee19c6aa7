"""Closes the loop on a year of real flights, by the commands that a user types.

Only the order of days is scripted: what monitor finds, what trigger trains and what release lets
through is theirs to decide.

Usage: python run.py [--until 2013-08-05]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

import pandas as pd

from batches import bad_labels, other_schema
from commands import Commands
from feed import advance, labelled, requests
from make_repository import make_repository
from summary import Story, show
from traffic import Traffic

ROOT = Path(__file__).parents[3]
BUILD = ROOT / ".build"
START = pd.Timestamp("2013-04-01", tz="UTC")
WEEK = pd.Timedelta(days=7)


def main() -> int:
    parser = argparse.ArgumentParser(description="Closes the loop on a year of real flights")
    parser.add_argument("--until", default="2013-08-05", help="the last day that is replayed")
    parser.add_argument(
        "--folder", type=Path, default=BUILD / "demo", help="a scratch folder: it is emptied first"
    )
    arguments = parser.parse_args()
    started = time.monotonic()
    shutil.rmtree(arguments.folder, ignore_errors=True)
    demo = Demo(arguments.folder.absolute(), pd.read_parquet(BUILD / "flights" / "flights.parquet"))
    try:
        demo.first_version()
        demo.weeks(pd.Timestamp(arguments.until, tz="UTC"))
        demo.refusals()
        demo.way_back()
    finally:
        demo.commands.quiet("stop", "production")
    demo.story.seconds = time.monotonic() - started
    return show(demo.story, demo.commands, demo.repository)


class Demo:
    """The scratch copy, the commands that are typed in it, and what happened so far."""

    def __init__(self, folder: Path, flights: pd.DataFrame) -> None:
        self.flights = flights
        self.feed = folder / "feed"
        self.commands = Commands(
            folder, python=BUILD / "flights" / "venv" / "bin" / "python", tools=Path(sys.executable).parent
        )
        self.commands.title("A repository as a team has it: DVC pipeline, suite, tests; January to March")
        dvc = self.commands.tools / "dvc"
        self.repository = make_repository(BUILD / "flights" / "flights.parquet", folder, START, str(dvc))
        self.commands.cwd = self.repository
        self.story = Story()
        self.now = START
        self.later: pd.Timestamp | None = None

    def first_version(self) -> None:
        """From an experiment to a service: all six stages once."""
        call = self.commands
        call.title("Stages 1 and 2: an experiment becomes a tested package")
        call("develop")
        call.git("add", "-A")
        call.git("commit", "-q", "-m", "January to March")
        call("integrate")
        call.title("Stage 3: the package goes to test, pre-production, production")
        call("deliver", "test")
        call("deliver", "pre-production")
        call("deliver", "production", code=1)
        for number in (1, 2, 3):
            call("trigger", "--target", "pre-production", "--demand", f"trial run {number}")
        call("approve", "production", "--note", "three runs passed")
        call("deliver", "production")
        call.title("Stages 4 and 5: the deployed pipeline trains a model, and it serves")
        call("trigger", "--demand", "the first model")
        call("release")
        self.traffic = Traffic(call.address())
        self.story.versions.append(call.serving(self.traffic.address))

    def weeks(self, until: pd.Timestamp) -> None:
        """Week by week: requests, labels that come late, monitor, and whatever monitor asks for."""
        self.commands.title("Stage 6: later flights come week by week, their labels two days late")
        while self.now + WEEK <= until and self.now < self._enough():
            begin, self.now = self.now, self.now + WEEK
            self.traffic.send(requests(self.flights, begin, self.now))
            advance(self.flights, self.feed, self.now)
            found = self.commands("monitor", "--as-of", self.now.isoformat(), code=None)
            self.story.windows.append((str(self.now.date()), found.code))
            if found.code == 1 and "trigger" in found.products:
                self._retrain()

    def _enough(self) -> pd.Timestamp:
        """A week after a later version came into service; before that there is no end but the last day."""
        return self.later + WEEK if self.later else pd.Timestamp.max.tz_localize("UTC")

    def _retrain(self) -> None:
        trained = self.commands("trigger", code=None)
        if trained.code or "model-version" not in trained.products:
            return
        with self.traffic.flowing(requests(self.flights, self.now - WEEK, self.now)):
            released = self.commands("release", code=None)
        self.story.judged.append((trained.products["model-version"], released.code))
        if released.code == 0:
            self.story.versions.append(self.commands.serving(self.traffic.address))
            self.later = self.later or self.now

    def refusals(self) -> None:
        """A batch with another schema, and a challenger that learnt from wrong labels."""
        known = labelled(self.flights, self.now)
        self.commands.title(
            "A batch comes with a column under another name: the pipeline stops before training"
        )
        other_schema(known, self.feed)
        self.story.stopped = self.commands("trigger", "--demand", "the weekly batch", code=None).code
        self.commands.title(
            "A batch comes whose older labels are wrong: it trains, and the challenger is refused"
        )
        bad_labels(known, self.feed)
        trained = self.commands("trigger", "--demand", "the repaired batch", code=None)
        with self.traffic.flowing(requests(self.flights, self.now - WEEK, self.now)):
            self.story.refused = self.commands("release", code=None).code
        self.story.bad = trained.products.get("model-version", "")
        advance(self.flights, self.feed, self.now)

    def way_back(self) -> None:
        """One command back, and the chain from the service down to the data's hashes."""
        if len(self.story.versions) > 1:
            self.commands.title("One command back, while requests flow")
            with self.traffic.flowing(requests(self.flights, self.now - WEEK, self.now)):
                self.story.rollback = self.commands("rollback", code=None).code
            self.story.back = self.commands.serving(self.traffic.address)
        self.commands.title("Why this model?")
        self.story.why = self.commands("why", code=None).code
        self.commands("status", code=None)
        self.commands("report", code=None)
        self.story.requests, self.story.rows, self.story.failed = self.traffic.counts()


if __name__ == "__main__":
    sys.exit(main())
