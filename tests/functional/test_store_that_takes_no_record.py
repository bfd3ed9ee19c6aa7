"""integrate beside a record store that can't be asked: every answer is given, and the gate stays closed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from calling import commit
from functional.small import Small

SETTINGS = """name = "small"
plugins = ["mlflow", "ibis"]

[data.rows]
path = "rows.csv"

[integrate]
tests = ["true"]

[mlflow]
contact_seconds = 2
"""
OTHER_SCHEMA = "update alembic_version set version_num = 'acf3f17fdcc7'"


@pytest.fixture
def project(small: Small) -> Small:
    """A table, a test that passes, and a store."""
    small.write({"rows.csv": "id,hour\n1,2\n2,3\n", "mlops-ext.toml": SETTINGS})
    commit(small.root)
    return small


def asked(project: Small, code: int, **env: str) -> dict[str, Any]:
    return json.loads(project.call("integrate", "--format", "json", code=code, **env).stdout)


def answers(document: dict[str, Any]) -> dict[str, Any]:
    return {report["question"]: report for report in document["reports"]}


def records(project: Small) -> list[Path]:
    return list((project.project / ".mlops-ext" / "records").glob("[0-9a-f][0-9a-f]/*.json"))


def of_another_schema(project: Small) -> None:
    connection = sqlite3.connect(project.project / "mlflow.db")
    connection.execute(OTHER_SCHEMA)
    connection.commit()
    connection.close()


def test_another_schema_silences_no_other_question(project: Small) -> None:
    of_another_schema(project)
    before = (project.project / "mlflow.db").read_bytes()
    found = answers(asked(project, 3))
    assert "acf3f17fdcc7" in found["records"]["fault"]["what"]
    assert "mlflow db upgrade" in found["records"]["fault"]["hint"]
    assert found["data:rows"]["looked_at"].startswith("2 rows, 2 columns")
    assert found["tests"]["checks"][0]["status"] == "pass"
    assert (project.project / "mlflow.db").read_bytes() == before


def test_the_answers_are_kept_and_never_taken_for_a_pass(project: Small) -> None:
    of_another_schema(project)
    asked(project, 3)
    assert len(records(project)) == 1
    assert "has schema acf3f17fdcc7" in project.call("report", "--record", records(project)[0].stem).stdout
    assert asked(project, 3)["replayed"] is False


def test_a_server_that_refuses(project: Small) -> None:
    found = answers(asked(project, 3, MLFLOW_TRACKING_URI="http://127.0.0.1:9"))
    assert "127.0.0.1:9" in found["records"]["fault"]["what"]
    assert found["data:rows"]["checks"]


def test_an_old_file_store_is_a_matter_of_settings(project: Small) -> None:
    (project.project / "mlflow.db").unlink()
    project.write({"mlruns/0/meta.yaml": "experiment_id: '0'\n"})
    found = answers(asked(project, 2))
    assert "migrate-filestore" in found["records"]["fault"]["hint"]
    assert found["tests"]["checks"][0]["status"] == "pass"
    assert not (project.project / "mlflow.db").exists()


def test_a_store_that_breaks_while_questions_are_asked(project: Small) -> None:
    breaks = SETTINGS.replace('["true"]', '["sh", "-c", "echo broken > mlflow.db"]')
    project.write({"mlops-ext.toml": breaks})
    commit(project.root)
    found = answers(asked(project, 3))
    assert found["records"]["fault"]["exit_code"] == 3
    assert found["tests"]["checks"][0]["status"] == "pass"
    assert len(records(project)) == 1
