"""Columns and types from a model's folder, and requests that are read by them, without a service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mlops_ext.errors import RefusedError
from mlops_ext_serve.model.refusals import Refusal
from mlops_ext_serve.model.requests import Reader, utc
from mlops_ext_serve.model.signature import Feature, read_signature

INPUTS = [
    {"type": "double", "name": "wind", "required": False},
    {"type": "string", "name": "carrier", "required": True},
    {"type": "datetime", "name": "departs", "required": False},
]


def mlmodel(folder: Path, inputs: Any) -> None:
    import yaml

    (folder / "MLmodel").write_text(yaml.safe_dump({"signature": {"inputs": json.dumps(inputs)}}))


def test_a_model_that_the_team_logged_itself(tmp_path: Path) -> None:
    mlmodel(tmp_path, INPUTS)
    assert read_signature(tmp_path) == (
        Feature("wind", "double", required=False),
        Feature("carrier", "string"),
        Feature("departs", "datetime", required=False),
    )


def test_what_mlflow_writes(tmp_path: Path) -> None:
    from mlflow.models import Model, ModelSignature
    from mlflow.types import ColSpec, Schema

    strange = "a name with, all: sorts 'of' \"signs\", and so long that YAML breaks the line"
    columns = Schema([ColSpec("double", "wind"), ColSpec("string", strange, required=False)])
    Model(signature=ModelSignature(inputs=columns)).save(str(tmp_path / "MLmodel"))
    assert read_signature(tmp_path) == (Feature("wind", "double"), Feature(strange, "string", required=False))


def test_our_own_file_wins_and_what_is_optional_comes_from_the_signature(tmp_path: Path) -> None:
    mlmodel(tmp_path, INPUTS)
    features = [{"name": "departs", "type": "datetime"}, {"name": "carrier", "type": "string"}]
    (tmp_path / "mlops-ext-model.json").write_text(json.dumps({"features": features, "file": "x"}))
    found = read_signature(tmp_path)
    assert found == (Feature("departs", "datetime", required=False), Feature("carrier", "string"))


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ([], "does not say which columns"),
        ([{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}], "tensor"),
        ([{"type": "binary", "name": "picture"}], "binary"),
    ],
)
def test_what_is_not_served(tmp_path: Path, inputs: Any, why: str) -> None:
    mlmodel(tmp_path, inputs)
    with pytest.raises(RefusedError, match=why):
        read_signature(tmp_path)


def read(body: Any, *features: Feature) -> dict[str, list[Any]]:
    return Reader(features).read(json.dumps(body).encode()).columns


def test_nulls_and_what_may_be_left_out() -> None:
    wind, carrier = Feature("wind", "double"), Feature("carrier", "string", required=False)
    assert read({"records": [{"wind": None}]}, wind, carrier) == {"wind": [None], "carrier": [None]}
    with pytest.raises(Refusal) as refused:
        read({"records": [{"carrier": None}]}, wind, carrier)
    assert refused.value.what == "missing required field `wind`"
    with pytest.raises(Refusal, match="got `null`"):
        read({"records": [{"hour": None}]}, Feature("hour", "long", required=False))
    with pytest.raises(Refusal, match="missing"):
        read({"records": [{}]}, Feature("hour", "long", required=False))


def test_times_in_any_form_of_iso_8601_reach_the_model_in_one() -> None:
    rows = [{"departs": "2013-04-01"}, {"departs": "2013-04-01 05:15"}, {"departs": None}, {}]
    found = read({"records": rows}, Feature("departs", "datetime", required=False))
    assert found == {"departs": ["2013-04-01T00:00:00", "2013-04-01T05:15:00", None, None]}
    with pytest.raises(Refusal) as refused:
        read({"records": [{"departs": "soon"}]}, Feature("departs", "datetime"))
    assert refused.value.where == "records[0].departs"


def test_column_that_is_id_or_time_and_a_feature_is_kept_as_both() -> None:
    reader = Reader(
        [Feature("flight", "long"), Feature("departs", "datetime")], id_column="flight", time_column="departs"
    )
    found = reader.read(b'{"records": [{"flight": 7, "departs": "2013-04-01T01:00:00+02:00"}]}')
    assert (found.ids, found.columns["flight"]) == (("7",), [7])
    assert utc(found.times[0] or "") == "2013-03-31T23:00:00.000000+00:00"


def test_names_that_are_no_identifiers() -> None:
    features = [Feature("a b", "double"), Feature("class", "long"), Feature("f0", "string")]
    assert read({"records": [{"a b": 1, "class": 2, "f0": "x"}]}, *features) == {
        "a b": [1.0],
        "class": [2],
        "f0": ["x"],
    }
