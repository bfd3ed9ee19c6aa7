"""The places of artifacts in a database that is moved from one machine to another."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mlops_ext_mlflow.store import locations


@pytest.fixture
def database(tmp_path):
    """The columns that name places, as MLflow has them; some of its tables are not there."""
    file = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("create table experiments (name text, artifact_location text)")
        connection.execute("create table runs (artifact_uri text)")
        connection.execute("create table model_versions (source text)")
    return file


def put(database: Path, table: str, *values: str) -> None:
    column = {"experiments": "artifact_location", "runs": "artifact_uri", "model_versions": "source"}[table]
    with closing(sqlite3.connect(database)) as connection, connection:
        rows = [(value,) for value in values]
        connection.executemany(f"insert into {table} ({column}) values (?)", rows)


def values(database: Path, table: str, column: str) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [value for (value,) in connection.execute(f"select {column} from {table} order by rowid")]


def test_places_become_those_of_another_machine(database):
    put(database, "experiments", "/home/a/project/mlartifacts/flights", "s3://bucket/flights")
    put(database, "runs", "file:///home/a/project/mlartifacts/flights/1/artifacts", "/home/a/project-2/runs")
    put(database, "model_versions", "models:/m-1", "/home/a/project/mlartifacts/flights/models/m-1")
    locations.lift(database, Path("/home/a/project"))
    locations.land(database, Path("/runner/work"))
    placed = ["/runner/work/mlartifacts/flights", "s3://bucket/flights"]
    assert values(database, "experiments", "artifact_location") == placed
    placed = ["/runner/work/mlartifacts/flights/1/artifacts", "/home/a/project-2/runs"]
    assert values(database, "runs", "artifact_uri") == placed
    placed = ["models:/m-1", "/runner/work/mlartifacts/flights/models/m-1"]
    assert values(database, "model_versions", "source") == placed


def test_each_file_lies_below_one_of_the_folders(database):
    below = ["mlartifacts/flights", "mlartifacts/flights-records", "mlruns/7"]
    put(database, "experiments", *(f"/project/{name}" for name in below))
    put(database, "runs", *(f"/project/{name}/1/artifacts" for name in below), "/elsewhere/2/artifacts")
    locations.lift(database, Path("/project"))
    folders, outside = locations.places(database)
    assert sorted(folder.rstrip("/") for folder in folders) == below
    assert outside == ["/elsewhere/2/artifacts"]
