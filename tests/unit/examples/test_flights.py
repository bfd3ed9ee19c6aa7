"""The flights example: its settings are read, and its repository is what the stages expect."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from mlops_ext.settings.find import find_settings
from mlops_ext.settings.load import load_settings

DOCS = Path(__file__).resolve().parents[3] / "docs" / "examples"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table with a flight an hour from January to June."""
    time = pd.date_range("2013-01-01", "2013-06-30", freq="h", tz="UTC")
    table = pd.DataFrame({"id": [f"flight-{row}" for row in range(len(time))], "time": time, "late": 0})
    path = tmp_path_factory.mktemp("year") / "flights.parquet"
    table.to_parquet(path, index=False)
    return path


@pytest.fixture(scope="module")
def repository(year: Path) -> Path:
    place = year.parent / "demo"
    run("make_repository.py", str(year), str(place), "--dvc", str(BIN / "dvc"))
    return place / "flights"


def run(script: str, *arguments: str) -> None:
    command = [sys.executable, str(DOCS / "flights_demo" / script), *arguments]
    subprocess.run(command, check=True, capture_output=True)


def git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_settings_are_read_and_name_files_that_the_pipeline_makes() -> None:
    settings = load_settings(find_settings(DOCS / "flights"))
    pipeline = (DOCS / "flights" / "dvc.yaml").read_text(encoding="utf-8")
    assert f"- {settings.models['flight-delay'].file}\n" in pipeline
    assert f"- {settings.data['flights-test'].path}\n" in pipeline
    assert (DOCS / "flights" / "gx" / "expectations" / f"{settings.data['flights'].suite}.json").is_file()


def test_suite_names_the_columns_that_the_table_has() -> None:
    suite = json.loads(
        (DOCS / "flights" / "gx" / "expectations" / "flights.json").read_text(encoding="utf-8")
    )
    names = {item["kwargs"].get("column") for item in suite["expectations"]} - {None}
    columns = next(
        item["kwargs"]["column_set"] for item in suite["expectations"] if "column_set" in item["kwargs"]
    )
    assert names == set(columns)


def test_lock_holds_hashes_and_no_address() -> None:
    for lock in (DOCS / "flights" / "requirements.txt", DOCS.parents[1] / "tools.lock"):
        text = lock.read_text(encoding="utf-8")
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "://" not in text


def test_repository_is_clean_and_knows_its_remote_branch(repository: Path) -> None:
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "rev-parse", "main") == git(repository, "rev-parse", "origin/HEAD")
    assert "data/flights.parquet.dvc" in git(repository, "ls-files")


def test_repository_holds_no_later_data_and_its_remote_has_the_bytes(repository: Path) -> None:
    data = repository / "data" / "flights.parquet"
    assert pd.read_parquet(data)["time"].max() == pd.Timestamp("2013-03-31 23:00Z")
    data.unlink()
    subprocess.run([BIN / "dvc", "pull", "-q", "data/flights.parquet"], cwd=repository, check=True)
    assert data.is_file()


def test_feed_holds_labels_two_days_after_departure(year: Path, tmp_path: Path) -> None:
    script = str(DOCS / "flights_demo" / "feed.py")
    subprocess.run(
        [sys.executable, script, str(year), str(tmp_path / "feed"), "--now", "2013-05-03"], check=True
    )
    flights = pd.read_parquet(tmp_path / "feed" / "flights.parquet")
    assert flights["time"].max() == pd.Timestamp("2013-04-30 23:00Z")
    assert list(pd.read_parquet(tmp_path / "feed" / "labels.parquet")["id"]) == list(flights["id"])
