"""(f) Validation of a million rows, as CSV and as 200 Parquet files, beside plain GX on pandas."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from figures import Figures
from measure import in_turns
from pyarrow import csv
from scene import BIN, BUILD, FOREIGN, SILENT

ROUNDS = 3
ROWS = 1_000_000
PARTS = 200
FOLDER = BUILD / "bench" / "validation"
TABLES = {"csv": "data/trips.csv", "200 Parquet files": "data/trips"}
SETTINGS = """name = "trips"
plugins = ["great-expectations", "ibis"]

[data.trips]
path = "{path}"
"""
SUITE, SCHEMA = 'suite = "trips"\n', 'schema = "schema.toml"\n'
# Who looks at a table, what it is called, and what its settings ask for.
LOOKS = {
    "plain": ("pandas and GX", ""),
    "schema": ("integrate --only data, a schema", SCHEMA),
    "suite": ("integrate --only data, a suite", SUITE),
    "both": ("integrate --only data, both", SUITE + SCHEMA),
}
NUMBERS = ("distance", "minutes", "fare", "tip", "speed")


def measure(figures: Figures) -> None:
    """Seconds and peak megabytes of both, each in a process of its own, in turns."""
    make()
    for name, path in TABLES.items():
        found: dict[str, list[Used]] = {who: [] for who in LOOKS}

        def once(who: str, path: str = path, found: dict[str, list[Used]] = found) -> float:
            found[who].append(run(who, path))
            return found[who][-1].seconds

        in_turns(ROUNDS, *(partial(once, who) for who in LOOKS))
        for unit in Used._fields:
            values = {who: [getattr(one, unit) for one in found[who]] for who in LOOKS}
            for who, (title, _) in LOOKS.items():
                against = values["plain"] if who != "plain" else ()
                figures.time("f", f"{name}, {unit}: {title}", values[who], against=against)


class Used(NamedTuple):
    """What a command took: by the clock, of both cores, and at its peak."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def run(who: str, path: str) -> Used:
    """One process and its children."""
    ours = [str(BIN / "mlops-ext"), "integrate", "--only", "data"]
    words = [sys.executable, __file__, "plain", path] if who == "plain" else ours
    (FOLDER / "mlops-ext.toml").write_text(SETTINGS.format(path=path) + LOOKS[who][1])
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, __file__, "peak", *words], cwd=FOLDER, env=environment(), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if ended.returncode:
        sys.exit(f"{who} on {path}:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")
    cpu, megabytes = map(float, ended.stdout.strip().splitlines()[-1].split())
    return Used(seconds, cpu, megabytes)


def environment() -> dict[str, str]:
    """A user's shell, without what slows imports down."""
    import os

    return {**{key: value for key, value in os.environ.items() if key not in FOREIGN}, **SILENT}


def peak(words: list[str]) -> int:
    """Run a command; print its processor seconds, and the peak of its largest process in megabytes."""
    ended = subprocess.run(words, stdout=sys.stderr, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    return ended.returncode


def plain(path: str) -> int:
    """What a team would write: pandas reads, Great Expectations judges."""
    import great_expectations as gx
    import pandas as pd
    from great_expectations.core.expectation_suite import ExpectationSuite

    frame = pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    suite = ExpectationSuite(**json.loads(Path("gx/expectations/trips.json").read_text()))
    asset = context.data_sources.add_pandas("plain").add_dataframe_asset("trips")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    return 0 if batch.validate(context.suites.add(suite)).success else 1


def make() -> None:
    """The tables, the suite of 17 expectations and the schema, as one folder."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "data/trips").mkdir(parents=True)
    (FOLDER / "gx/expectations").mkdir(parents=True)
    table = rows()
    csv.write_csv(table, FOLDER / "data/trips.csv")
    size = ROWS // PARTS
    for part in range(PARTS):
        place = FOLDER / f"data/trips/part={part:03d}"
        place.mkdir()
        pq.write_table(table.slice(part * size, size), place / "rows.parquet")
    suite = {"name": "trips", "expectations": expectations(), "meta": {}}
    (FOLDER / "gx/expectations/trips.json").write_text(json.dumps(suite))
    (FOLDER / "schema.toml").write_text(schema())
    (FOLDER / "mlops-ext.toml").write_text(SETTINGS.format(path="data/trips.csv"))
    subprocess.run(["git", "init", "-q"], cwd=FOLDER, check=True)
    subprocess.run(["git", "add", "mlops-ext.toml", "gx", "schema.toml"], cwd=FOLDER, check=True)
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
    subprocess.run(["git", *who, "commit", "-q", "-m", "first"], cwd=FOLDER, check=True)


def rows() -> pa.Table:
    """Ten columns: an id, a time, three categories, five numbers."""
    random = np.random.default_rng(0)
    start = np.datetime64("2026-01-01T00:00:00", "s")
    columns = {
        "id": np.arange(ROWS),
        "day": pa.array(start + np.sort(random.integers(0, 86400 * 30, ROWS)), pa.timestamp("s")),
        **{
            name: np.array([f"{name}{n}" for n in range(8)])[random.integers(0, 8, ROWS)]
            for name in ("zone", "kind", "payer")
        },
        **{name: np.round(random.gamma(2.0, 5.0, ROWS), 3) for name in NUMBERS},
    }
    return pa.table(columns)


def expectations() -> list[dict[str, object]]:
    """Seventeen, of the usual kinds."""
    words = {name: [f"{name}{n}" for n in range(8)] for name in ("zone", "kind", "payer")}
    made = [("column_values_to_be_in_set", {"column": name, "value_set": words[name]}) for name in words]
    made += [
        ("column_values_to_be_between", {"column": name, "min_value": 0, "max_value": 1000})
        for name in NUMBERS
    ]
    made += [("column_values_to_not_be_null", {"column": name}) for name in NUMBERS]
    made += [
        ("column_mean_to_be_between", {"column": name, "min_value": 5, "max_value": 15})
        for name in NUMBERS[:2]
    ]
    made += [
        ("column_values_to_be_unique", {"column": "id"}),
        ("column_values_to_be_between", {"column": "id", "min_value": 0}),
    ]
    return [{"type": f"expect_{kind}", "kwargs": kwargs, "meta": {}} for kind, kwargs in made]


def schema() -> str:
    """Types, nulls, categories and ranges of all columns."""
    lines = ['[columns.id]\ntype = "integer"\nnullable = false', '[columns.day]\ntype = "timestamp"']
    for name in ("zone", "kind", "payer"):
        words = json.dumps([f"{name}{n}" for n in range(8)])
        lines.append(f'[columns.{name}]\ntype = "string"\nnullable = false\ncategories = {words}')
    lines += [f'[columns.{name}]\ntype = "float"\nmin = 0\nmax = 1000' for name in NUMBERS]
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    word, *rest = sys.argv[1:]
    sys.exit(peak(rest) if word == "peak" else plain(rest[0]))
