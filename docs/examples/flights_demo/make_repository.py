"""Makes a Git and DVC repository of the flights example, with data up to a day, in a folder of its own.

Usage: python make_repository.py flights.parquet demo --until 2013-04-01

    demo/flights/     the repository, one commit on `main`
    demo/origin.git/  its remote
    demo/dvc-remote/  its DVC remote
    demo/feed/        where later flights and labels arrive (feed.py)
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

import pandas as pd

from feed import LABEL_DELAY, advance, moment, write

EXAMPLE = Path(__file__).resolve().parents[1] / "flights"
IGNORED = shutil.ignore_patterns(
    "__pycache__",
    ".*_cache",
    ".venv",
    ".mlops-ext",
    ".dvc",
    "dvc.lock",
    "uncommitted",
    "*.parquet",
    "*.joblib",
    "metrics.json",
)

DVC_CONFIG = """\
[core]
    analytics = false
    remote = store
['remote "store"']
    url = {remote}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes a Git and DVC repository of the flights example")
    parser.add_argument("flights", type=Path, help="the table of the whole year, made by get_data.py")
    parser.add_argument("destination", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--until", type=moment, default="2013-04-01", help="the first day that is left out")
    parser.add_argument("--dvc", default="dvc", help="the DVC command")
    arguments = parser.parse_args()
    repository = make_repository(arguments.flights, arguments.destination, arguments.until, arguments.dvc)
    print(repository)


def make_repository(flights: Path, destination: Path, until: pd.Timestamp, dvc: str = "dvc") -> Path:
    """Returns the repository's folder; refuses a destination that exists."""
    destination = destination.resolve()
    destination.mkdir(parents=True)
    repository = destination / "flights"
    shutil.copytree(EXAMPLE, repository, ignore=IGNORED)
    table = pd.read_parquet(flights)
    write(table[table["time"] < until], repository / "data" / "flights.parquet")
    advance(table, destination / "feed", until + LABEL_DELAY)
    track(repository, destination, until, dvc)
    return repository


def track(repository: Path, destination: Path, until: pd.Timestamp, dvc: str) -> None:
    """Puts the data under DVC and the rest under Git, each with a remote beside the repository."""
    day = until.isoformat()
    environment = {
        **os.environ,
        "DVC_NO_ANALYTICS": "1",
        "GIT_AUTHOR_DATE": day,
        "GIT_COMMITTER_DATE": day,
    }

    def run(*command: str) -> None:
        subprocess.run(command, cwd=repository, env=environment, check=True, stdout=subprocess.DEVNULL)

    run("git", "init", "-q", "-b", "main")
    run("git", "config", "user.name", "Flights Team")
    run("git", "config", "user.email", "team@flights.example")
    run(dvc, "init", "-q")
    (repository / ".dvc" / "config").write_text(DVC_CONFIG.format(remote=destination / "dvc-remote"))
    run(dvc, "add", "-q", "data/flights.parquet")
    run("git", "add", "--all")
    run("git", "commit", "-q", "-m", f"Flights before {until:%d %B %Y}")
    run(dvc, "push", "-q")
    run("git", "init", "-q", "--bare", "-b", "main", str(destination / "origin.git"))
    run("git", "remote", "add", "origin", str(destination / "origin.git"))
    run("git", "push", "-q", "--set-upstream", "origin", "main")
    run("git", "remote", "set-head", "origin", "main")


if __name__ == "__main__":
    main()
