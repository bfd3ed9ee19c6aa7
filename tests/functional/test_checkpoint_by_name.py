"""`integrate` with a checkpoint of the team: real command, real GX, the engine beside it."""

from __future__ import annotations

import json
import shutil
from typing import Any

import great_expectations as gx
import great_expectations.expectations as gxe
import pytest
from functional.tables import TableProject

HEAD = "id,day,minutes,pages,channel,bought\n"
ROW = "{n},2026-01-0{n}T00:00:00,{n}.5,{n},{channel},1\n"
CHANNELS = ("mail", "NA", "", "shop")
DAY = HEAD + "".join(ROW.format(n=n, channel=word) for n, word in enumerate(CHANNELS, start=1))


def team(project: TableProject, monkeypatch: pytest.MonkeyPatch, *expectations: Any) -> None:
    """GX's own project with a checkpoint `nightly` on data/day.csv; the table is that file as well."""
    shutil.rmtree(project.root / "gx")
    project.write({"data/day.csv": DAY})
    project.edit("mlops-ext.toml", "visits.parquet", "day.csv")
    project.edit("mlops-ext.toml", 'suite = "visits"', 'checkpoint = "nightly"')
    monkeypatch.chdir(project.root)
    context = gx.get_context(mode="file", project_root_dir=str(project.root))
    suite = context.suites.add(gx.ExpectationSuite(name="days", expectations=list(expectations)))
    source = context.data_sources.add_pandas_filesystem("files", base_directory="data")
    batch = source.add_csv_asset("days").add_batch_definition_path("one", path="day.csv")
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name="days", data=batch, suite=suite)
    )
    context.checkpoints.add(gx.Checkpoint(name="nightly", validation_definitions=[definition]))
    project.commit("the team's checkpoint")


def answer(project: TableProject, code: int) -> dict[str, dict[str, Any]]:
    done = project.call("integrate", "--only", "data", "--format", "json", code=code)
    return {check["name"]: check for one in json.loads(done.stdout)["reports"] for check in one["checks"]}


def test_it_answers_and_leaves_no_trace(table_project: TableProject, monkeypatch: pytest.MonkeyPatch) -> None:
    team(
        table_project,
        monkeypatch,
        gxe.ExpectColumnValuesToBeBetween(column="minutes", min_value=2, max_value=100),
        gxe.ExpectColumnValuesToNotBeNull(column="channel", mostly=0.5),
    )
    checks = answer(table_project, 1)
    broken = checks["column values to be between (2 to 100)"]
    assert (broken["status"], broken["count"], broken["examples"]) == ("fail", 1, ["'1.5' (row 1)"])
    words = checks["missing values of channel"]
    assert (words["severity"], words["count"], words["examples"]) == ("warning", 1, ["'NA' (row 2)"])
    assert table_project.git("status", "--porcelain").strip() == ""


def test_what_only_the_file_shows_is_said_before_any_expectation(
    table_project: TableProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    team(table_project, monkeypatch, gxe.ExpectTableColumnCountToBeBetween(min_value=1))
    assert answer(table_project, 0)["table column count to be between (1 to any)"]["status"] == "pass"
    table_project.write({"data/day.csv": DAY.replace(",1\n", ",1,\n")})
    assert "line 2 has 7 fields" in table_project.integrate(1)


def test_a_name_that_is_not_there(table_project: TableProject, monkeypatch: pytest.MonkeyPatch) -> None:
    team(table_project, monkeypatch, gxe.ExpectTableColumnCountToBeBetween(min_value=1))
    table_project.edit("mlops-ext.toml", '"nightly"', '"nigthly"')
    said = table_project.integrate(2)
    assert "`nigthly` is not there" in said
    assert "nightly" in said.replace("nigthly", "")
