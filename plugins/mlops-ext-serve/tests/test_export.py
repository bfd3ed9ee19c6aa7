"""Windows of the prediction log, as monitor reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from serve_testing.live import ROW, Live
from serve_testing.registry import MODEL, TARGET, FakeDesk, Registry, make_context

from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError, SettingsError, UsageError
from mlops_ext.files import sha256_file
from mlops_ext_serve import hooks
from mlops_ext_serve.model.requests import utc
from mlops_ext_serve.model.signature import Feature
from mlops_ext_serve.place import Place, place_of
from mlops_ext_serve.predictions.log import PredictionLog, Row

WEEK = "2013-04-01T00:00:00+00:00/2013-04-08T00:00:00+00:00"
COLUMNS = ["flight", "departs", "distance", "hour", "carrier", "prediction", "version", "request_id", "at"]


@pytest.fixture
def context(registry: Registry, tmp_path: Path) -> Context:
    return make_context(tmp_path, FakeDesk(registry.folder))


def window(context: Context, revision: str = WEEK) -> DataRef:
    found = hooks.mlops_resolve_data(context, f"log:{TARGET}", revision)
    assert found is not None
    return found


def read(data: DataRef) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(data.uri).to_pylist()
    return rows


def test_from_requests_to_a_window_while_the_service_runs(
    live: Live, registry: Registry, context: Context
) -> None:
    registry.add(1)
    registry.promote(1)
    live.start()
    rows = [
        {**ROW, "flight": "UA1", "departs": "2013-04-01T00:00:00"},
        {
            **ROW,
            "flight": "UA2",
            "departs": "2013-04-07T23:59:59.999999",
            "distance": None,
            "tail": "not kept",
        },
        {**ROW, "flight": "UA3", "departs": "2013-04-08T00:00:00"},
        {**ROW, "flight": "UA4", "departs": "2013-03-31T23:59:59"},
    ]
    assert live.post({"records": rows})[0] == 200
    registry.add(2)
    registry.promote(2)
    live.until(lambda: live.said()["version"] == 2)
    again = {**ROW, "flight": "UA1", "departs": "2013-04-01T00:00:00"}
    assert live.post({"records": [again, {**ROW, "departs": "2013-04-02T00:00:00"}]})[0] == 200

    data = window(context)
    found = read(data)
    assert list(found[0]) == COLUMNS
    assert [(row["flight"], row["version"], row["prediction"]) for row in found] == [
        ("UA1", 1, 501.0),
        (None, 2, 502.0),
        ("UA2", 1, None),
    ]
    schema = pyarrow.parquet.read_schema(data.uri)
    assert [str(schema.field(name).type) for name in ("departs", "distance", "hour", "at")] == [
        "timestamp[us]",
        "double",
        "int64",
        "timestamp[us, tz=UTC]",
    ]
    roles = data.columns
    assert (roles.id, roles.time, roles.label) == ("flight", "departs", "late")
    assert (roles.prediction, roles.version, roles.categories) == ("prediction", "version", ("carrier",))
    assert roles.features == ("distance", "hour", "carrier")
    assert data.digest == f"sha256:{sha256_file(Path(data.uri))}"
    assert Path(data.uri).parent == context.state / "windows"

    today = window(context, "2026-01-01T00:00:00+00:00/")
    assert read(today) == []
    assert live.post({"records": [ROW, ROW]})[0] == 200
    assert len(read(window(context, "2026-01-01T00:00:00+00:00/"))) == 2


def test_the_same_window_is_the_same_file_and_one_with_more_rows_another(context: Context) -> None:
    with_log(context, [row("UA1", "2013-04-02T00:00:00")])
    first, second = window(context), window(context)
    assert (first.uri, first.digest) == (second.uri, second.digest)
    with_log(context, [row("UA2", "2013-04-03T00:00:00")])
    third = window(context)
    assert third.uri != first.uri
    assert len(read(third)) == 2
    assert not [path for path in Path(first.uri).parent.iterdir() if path.name.startswith(".")]


def test_times_with_offsets_are_compared_in_utc(context: Context) -> None:
    with_log(context, [row("UA1", "2013-04-08T01:00:00+02:00"), row("UA2", "2013-03-31T20:00:00-05:00")])
    found = read(window(context))
    assert [line["departs"].isoformat() for line in found] == [
        "2013-04-01T01:00:00+00:00",
        "2013-04-07T23:00:00+00:00",
    ]


def test_an_empty_window_has_the_columns_of_the_last_version(context: Context) -> None:
    with_log(context, [row("UA1", "2013-04-02T00:00:00")])
    table = pyarrow.parquet.read_table(window(context, "2015-01-01/2015-01-08").uri)
    assert table.num_rows == 0
    assert table.column_names == COLUMNS
    assert str(table.schema.field("distance").type) == "double"


def test_without_a_log_the_columns_are_the_champions(context: Context, registry: Registry) -> None:
    with pytest.raises(CouldNotTellError, match="no prediction log and no champion"):
        window(context)
    registry.add(1)
    registry.promote(1)
    table = pyarrow.parquet.read_table(window(context).uri)
    assert (table.num_rows, table.column_names) == (0, COLUMNS)


def test_versions_with_other_columns_share_a_window(context: Context) -> None:
    with_log(context, [row("UA1", "2013-04-02T00:00:00")])
    newer = Feature("wind", "double")
    more = row("UA2", "2013-04-03T00:00:00")._replace(version=2, digest="sha256:2", features='{"wind": 3.5}')
    with_log(context, [more], features=(Feature("distance", "double"), newer), version=2)
    found = read(window(context))
    assert [(line["flight"], line["distance"], line["wind"]) for line in found] == [
        ("UA1", 500.0, None),
        ("UA2", None, 3.5),
    ]


def test_a_models_own_column_is_never_hidden(context: Context) -> None:
    features = (Feature("prediction", "double"), Feature("departs", "datetime"))
    made = row("UA1", "2013-04-02T00:00:00")._replace(
        features='{"prediction": 7.0, "departs": "2013-04-02T00:00:00"}', prediction="late"
    )
    with_log(context, [made], features=features)
    data = window(context)
    found = read(data)[0]
    assert (found["prediction"], found["prediction_"]) == (7.0, "late")
    assert data.columns.prediction == "prediction_"
    assert found["departs"].isoformat() == "2013-04-02T00:00:00"


@pytest.mark.parametrize("revision", ["2013-04-01", "yesterday/today", "2013-04-02/2013-04-01"])
def test_what_is_no_window(context: Context, revision: str) -> None:
    with pytest.raises(UsageError, match="no window"):
        window(context, revision)


def test_other_names_are_not_ours_and_unknown_targets_are_named(context: Context) -> None:
    assert hooks.mlops_resolve_data(context, "flights", "workspace") is None
    with pytest.raises(SettingsError, match="no target `elsewhere`"):
        hooks.mlops_resolve_data(context, "log:elsewhere", WEEK)


def test_a_log_that_is_no_database_is_could_not_tell(context: Context) -> None:
    place = place_of(context, TARGET, MODEL)
    place.folder.mkdir(parents=True)
    place.log.write_text("not a database, whatever its name says " * 100)
    with pytest.raises(CouldNotTellError, match="prediction log can't be read"):
        window(context)


def row(name: str, time: str) -> Row:
    return Row(
        at="2026-01-01T00:00:00.000000+00:00",
        request_id=f"r-{name}",
        row=0,
        version=1,
        digest="sha256:1",
        id=name,
        time=time,
        event=utc(time) or "",
        features=json.dumps(ROW),
        prediction=0.5,
    )


def with_log(
    context: Context,
    rows: list[Row],
    features: tuple[Feature, ...] = (
        Feature("distance", "double"),
        Feature("hour", "long"),
        Feature("carrier", "string"),
    ),
    version: int = 1,
) -> Place:
    place = place_of(context, TARGET, MODEL)
    log = PredictionLog(place.log)
    log.know(version, f"sha256:{version}", features)
    log.write(rows)
    log.close()
    return place
