"""Tests of how the table is made from the archive's files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from get_data import WEATHER, check_archive, make_table

# 01:00 twice in New York: 05:00 UTC is summer time, 06:00 UTC is not.
HOURS = ["2013-11-03T05:00:00Z", "2013-11-03T06:00:00Z"]


def flight(number: int, time_hour: str = HOURS[0], arr_delay: float | None = 0.0) -> dict[str, object]:
    return {
        "year": 2013,
        "month": 11,
        "day": 3,
        "carrier": "UA",
        "flight": number,
        "origin": "EWR",
        "dest": "IAH",
        "distance": 1400,
        "sched_dep_time": 115,
        "sched_arr_time": 430,
        "minute": 15,
        "time_hour": time_hour,
        "arr_delay": arr_delay,
    }


@pytest.fixture
def weather() -> pd.DataFrame:
    values = {name: [1.0, 2.0] for name in WEATHER}
    return pd.DataFrame({"origin": ["EWR", "EWR"], "time_hour": HOURS, **values})


def test_the_hour_that_comes_twice_is_joined_once(weather: pd.DataFrame) -> None:
    table = make_table(pd.DataFrame([flight(1, HOURS[0]), flight(2, HOURS[1])]), weather)
    assert table["temp"].tolist() == [1.0, 2.0]
    assert table["time"].tolist() == [pd.Timestamp("2013-11-03 05:15Z"), pd.Timestamp("2013-11-03 06:15Z")]


def test_weather_with_an_hour_twice_is_refused(weather: pd.DataFrame) -> None:
    with pytest.raises(pd.errors.MergeError):
        make_table(pd.DataFrame([flight(1)]), pd.concat([weather, weather]))


def test_a_flight_without_weather_is_kept(weather: pd.DataFrame) -> None:
    table = make_table(pd.DataFrame([flight(1, "2013-12-31T12:00:00Z")]), weather)
    assert len(table) == 1
    assert table[WEATHER].isna().all(axis=None)


@pytest.mark.parametrize(("delay", "late"), [(-20.0, 0), (15.0, 0), (16.0, 1), (None, 1)])
def test_late_is_more_than_15_minutes_or_not_arrived(
    weather: pd.DataFrame, delay: float | None, late: int
) -> None:
    table = make_table(pd.DataFrame([flight(1, arr_delay=delay), flight(2)]), weather)
    assert table.set_index("id")["late"]["20131103-UA1-EWR"] == late


def test_nothing_known_only_afterwards_is_kept(weather: pd.DataFrame) -> None:
    table = make_table(pd.DataFrame([flight(1)]), weather)
    assert not {"arr_delay", "dep_delay", "dep_time", "arr_time", "air_time"} & set(table.columns)


def test_another_archive_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    other.write_bytes(b"something else")
    with pytest.raises(SystemExit, match="sha256"):
        check_archive(other)
