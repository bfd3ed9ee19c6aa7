"""What has arrived by a given moment: flights with their labels, and the labels alone.

Usage: python feed.py flights.parquet feed --now 2013-04-08
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import pandas as pd

LABEL_DELAY = pd.Timedelta(days=2)
LABEL = "late"


def main() -> None:
    parser = argparse.ArgumentParser(description="What has arrived by a given moment")
    parser.add_argument("flights", type=Path, help="the table of the whole year")
    parser.add_argument("feed", type=Path, help="the folder where new data arrives")
    parser.add_argument("--now", type=moment, required=True, help="a day or a moment, UTC")
    arguments = parser.parse_args()
    rows = advance(pd.read_parquet(arguments.flights), arguments.feed, arguments.now)
    print(f"{rows:,} flights with labels by {arguments.now}")


def moment(text: str) -> pd.Timestamp:
    """A moment in UTC; a text without an offset is read as UTC."""
    stamp = pd.Timestamp(text)
    return stamp.tz_localize("UTC") if stamp.tz is None else stamp.tz_convert("UTC")


def advance(flights: pd.DataFrame, feed: Path, now: pd.Timestamp) -> int:
    """Writes `flights.parquet` and `labels.parquet` as they stand at `now`; returns the number of rows."""
    known = labelled(flights, now)
    feed.mkdir(parents=True, exist_ok=True)
    write(known, feed / "flights.parquet")
    write(known[["id", LABEL]], feed / "labels.parquet")
    return len(known)


def labelled(flights: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """The flights whose label is known at `now`: `LABEL_DELAY` after their scheduled departure."""
    return flights[flights["time"] + LABEL_DELAY < now]


def requests(flights: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """The flights from `start` to before `end` as they are asked about: unlabelled, in order of time."""
    return flights[(flights["time"] >= start) & (flights["time"] < end)].drop(columns=LABEL)


def write(table: pd.DataFrame, path: Path) -> None:
    temporary = path.with_name(f"{path.name}.new")
    table.to_parquet(temporary, index=False)
    os.replace(temporary, path)


if __name__ == "__main__":
    main()
