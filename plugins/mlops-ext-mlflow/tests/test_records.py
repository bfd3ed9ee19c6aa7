"""Records in MLflow: the same bytes back, found in every way, torn and changed ones never."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mlflow_fakes import make_context

from mlops_ext import durable
from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.records import INTENT, RecordQuery, StageRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext.records import statement
from mlops_ext_mlflow import records
from mlops_ext_mlflow.store.connect import connect

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.records import StoredRecord


def made(number: int = 0, **more: object) -> StoredRecord:
    """A record; `number` makes its key."""
    fields: dict[str, object] = {
        "stage": "release",
        "project": "flights",
        "key": f"{number:064x}",
        "zone": "local",
        "verdict": "pass",
        "model": "flight-delay",
        "target": "production",
        "started": f"2026-11-25T00:00:{number:02d}+00:00",
        "inputs": (Ref(kind="model-version", name=f"flight-delay/{number}", digest="sha256:1"),),
    }
    return statement.store(StageRecord(**(fields | more)))  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "http"])
def kept(request: pytest.FixtureRequest, project: Path) -> Context:
    """A context over either kind of store, with a project name of its own."""
    return make_context(project, request.getfixturevalue("server") if request.param == "http" else "")


def test_the_same_bytes_come_back(kept: Context) -> None:
    checks = tuple(Check(name=f"check {index}", status="pass", message="ä" * 100) for index in range(300))
    stored = made(1, project="bytes", reports=(Report(question="quality", checks=checks),))
    context = make_context(kept.root, kept.desk.own_settings.get("tracking_uri", ""))  # type: ignore[attr-defined]
    object.__setattr__(context, "project", "bytes")
    ref = records.save(context, stored)
    assert ref.digest == f"sha256:{stored.digest}"
    found = records.find(context, RecordQuery(project="bytes", digest=stored.digest))
    assert [one.statement for one in found] == [stored.statement]


def test_found_by_each_field_newest_first(kept: Context) -> None:
    saved = [made(number) for number in range(4)]
    saved.append(made(2, phase=INTENT, verdict="open"))
    saved.append(made(3, stage="monitor", verdict="fail", model="other"))
    for stored in saved:
        records.save(kept, stored)

    def found(**query: object) -> list[str]:
        rows = records.find(kept, RecordQuery(project="flights", **query))  # type: ignore[arg-type]
        return [f"{row.record.stage}-{row.record.phase}-{row.record.key[-1]}" for row in rows]

    assert found(stage="release", phase="record") == [f"release-record-{n}" for n in (3, 2, 1, 0)]
    assert found(stage="release", phase="record", limit=2) == ["release-record-3", "release-record-2"]
    assert found(key=saved[2].record.key, phase="record") == ["release-record-2"]
    assert found(key=saved[2].record.key, phase=INTENT) == ["release-intent-2"]
    assert found(key=saved[2].record.key) == ["release-intent-2", "release-record-2"]
    assert found(digest=saved[1].digest[:10]) == ["release-record-1"]
    assert found(subject="flight-delay/1") == ["release-record-1"]
    assert found(model="other") == ["monitor-record-3"]
    assert found(target="elsewhere") == []
    assert records.find(kept, RecordQuery(project="never-saved")) == []


def test_the_same_record_twice_is_one(context: Context) -> None:
    assert records.save(context, made()) == records.save(context, made())
    assert len(records.find(context, RecordQuery(project="flights"))) == 1


@pytest.mark.parametrize("nth", [0, 1, 2, 3])
def test_killed_at_any_step_and_saved_again(
    context: Context, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    done: list[str] = []
    step = durable.step

    def killing(kind: str, act: object, *args: object, **kwargs: object) -> object:
        if len(done) == nth:
            raise KeyboardInterrupt
        done.append(kind)
        return step(kind, act, *args, **kwargs)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(durable, "step", killing)
        with pytest.raises(KeyboardInterrupt):
            records.save(context, made())
    assert records.find(context, RecordQuery(project="flights")) == []
    records.save(context, made())
    assert len(records.find(context, RecordQuery(project="flights"))) == 1


def test_many_names_are_looked_up_in_the_record_itself(context: Context) -> None:
    inputs = tuple(Ref(kind="data", name=f"table-{index}") for index in range(40))
    records.save(context, made(1, inputs=inputs))
    assert len(records.find(context, RecordQuery(project="flights", subject="table-39"))) == 1
    assert records.find(context, RecordQuery(project="flights", subject="table-40")) == []


def test_changed_bytes_are_told(context: Context) -> None:
    ref = records.save(context, made())
    file = next((context.root / "mlartifacts").rglob("record.json"))
    file.write_bytes(file.read_bytes().replace(b'"pass"', b'"fail"'))
    with pytest.raises(CouldNotTellError, match="don't hash to its name"):
        records.find(context, RecordQuery(project="flights"))
    file.unlink()
    with pytest.raises(CouldNotTellError, match="its file is not there"):
        records.find(context, RecordQuery(project="flights", digest=ref.digest.partition(":")[2]))


def test_artifacts_never_go_to_the_current_folder(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    records.save(context, made())
    assert list(elsewhere.iterdir()) == []


def test_a_deleted_experiment_has_two_ways_out(context: Context) -> None:
    records.save(context, made())
    client = connect(context).client
    experiment = client.get_experiment_by_name("flights/records")
    assert experiment is not None
    client.delete_experiment(experiment.experiment_id)
    with pytest.raises(SettingsError, match="was deleted") as told:
        records.save(context, made(1))
    assert "restore" in told.value.hint


def test_records_that_are_known_are_counted_and_not_read_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = make_context(project)
    saved = [made(number) for number in range(4)]
    for stored in saved:
        records.save(context, stored)
    read: list[str] = []
    kept_read = records._read
    monkeypatch.setattr(
        records,
        "_read",
        lambda store, run: read.append(run.data.tags["mlops.digest"]) or kept_read(store, run),
    )
    known = (saved[3].digest, saved[1].digest)
    found = records.find(context, RecordQuery(project="flights", known=known, limit=3))
    assert [one.digest for one in found] == read == [saved[2].digest]
    assert len(records.find(context, RecordQuery(project="flights", known=known))) == 2
