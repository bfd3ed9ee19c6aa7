"""Whether a version loads, what it needs, and whether it answers over HTTP as it predicts in a batch."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from serve_testing import sklearn_model
from serve_testing.registry import TARGET, FakeDesk, Registry, make_context

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.context import Context
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import LimitSettings, TargetSettings
from mlops_ext.contract.targets import Target
from mlops_ext.errors import MlopsExtError
from mlops_ext_serve import hooks
from mlops_ext_serve.checks import golden
from mlops_ext_serve.model import environment


@pytest.fixture
def context(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Checks here run in our own interpreter, except where the test says otherwise."""
    monkeypatch.setattr(environment, "python_shared", lambda lock, version: Path(sys.executable))
    return make_context(tmp_path, FakeDesk(registry.folder))


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real scikit-learn model and the rows it is tested on."""
    folder = tmp_path_factory.mktemp("fitted")
    sklearn_model.make(folder / "model")
    return folder


@pytest.fixture
def version(registry: Registry, fitted: Path) -> ModelVersion:
    """That model as version 1."""
    shutil.copytree(fitted / "model", registry.folder / "1")
    test = shutil.copyfile(fitted / "test.parquet", registry.folder / "test.parquet")
    return registry.put(1, registry.folder / "1", (data_ref(test),))


def data_ref(test: Path) -> Ref:
    return Ref(kind="data", name="flights", digest="md5:0", uri=str(test))


def asked(context: Context, version: ModelVersion, target: Target) -> dict[str, Report]:
    reports = hooks.mlops_check_target(context, version, target)
    assert isinstance(reports, tuple)
    return {report.question: report for report in reports}


def checks(report: Report) -> dict[str, Check]:
    return {check.name: check for check in report.checks}


def statuses(report: Report) -> set[str]:
    return {check.status for check in report.checks}


def test_a_good_model_has_a_card_and_answers_as_in_a_batch(
    context: Context, version: ModelVersion, target: Target
) -> None:
    found = asked(context, version, target)
    assert statuses(found["loads"]) == {"pass"}, found["loads"]
    card = checks(found["loads"])
    for name in ("loads in its own environment", "memory in MB", "rows per second"):
        assert card[name].value, name
    p50, p99 = (card[f"latency of one row in ms, {name}"].value for name in ("p50", "p99"))
    assert isinstance(p50, float)
    assert isinstance(p99, float)
    assert 0 < p50 <= p99
    assert statuses(found["golden"]) == {"pass"}, found["golden"]
    assert len(found["golden"].checks) == 10
    assert checks(found["golden"])["golden requests, one by one"].rows == 20
    assert version.digest == context.desk.registry.get(1).digest  # type: ignore[attr-defined]
    assert not list(Path(version.uri).rglob("__pycache__"))


def test_each_limit_can_be_broken(context: Context, version: ModelVersion, target: Target) -> None:
    limits = LimitSettings(memory_mb=5, latency_ms=0.001, disk_mb=1)
    settings = msgspec.structs.replace(context.settings, targets={TARGET: TargetSettings(limits=limits)})
    report = asked(replace(context, settings=settings), version, target)["loads"]
    broken = {check.name: check.limit for check in report.checks if check.status == "fail"}
    assert broken == {
        "memory in MB": 5,
        "latency of one row in ms, p99": 0.001,
        "size with its environment in MB": 1,
    }


def test_a_missing_library_is_a_no_that_names_it(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    adapter = registry.folder / "1/adapter.py"
    adapter.write_text(adapter.read_text() + "\n\nimport no_such_library\n")
    found = asked(context, registry.put(1, registry.folder / "1", version.data), target)
    assert checks(found["loads"])["loads in its own environment"].status == "fail"
    assert "no_such_library" in found["loads"].checks[0].message
    assert statuses(found["golden"]) == {"skipped"}


def test_an_artifact_that_is_not_there(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    (registry.folder / "1/artifacts/model.joblib").unlink()
    found = asked(context, registry.put(1, registry.folder / "1", version.data), target)
    assert statuses(found["loads"]) == {"fail"}
    assert "model.joblib" in found["loads"].checks[0].message


def test_a_folder_that_is_gone_is_could_not_tell(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    (registry.folder / "1").rename(registry.folder / "moved")
    with pytest.raises(MlopsExtError, match="nobody could bring the model-version delay/1") as raised:
        hooks.mlops_check_target(context, version, target)
    assert raised.value.exit_code == 3


def test_bytes_that_are_not_the_versions(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    (registry.folder / "1/more").write_text("x")
    found = asked(context, version, target)
    assert statuses(found["loads"]) == {"fail"}
    assert "not those of" in found["loads"].checks[0].message


def test_answers_that_depend_on_the_batch_are_found(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    adapter = registry.folder / "1/adapter.py"
    adapter.write_text(
        adapter.read_text()
        + "\n\ndef predict(model, frame):\n    return list(frame['distance'] - frame['distance'].mean())\n"
    )
    found = asked(context, registry.put(1, registry.folder / "1", version.data), target)
    broken = [check.name for check in found["golden"].checks if check.status == "fail"]
    assert broken == ["golden requests, one by one"]
    assert checks(found["golden"])["golden requests, one by one"].count == 20


def test_without_test_rows_golden_could_not_be_asked(
    context: Context, version: ModelVersion, target: Target
) -> None:
    found = asked(context, msgspec.structs.replace(version, data=()), target)
    assert statuses(found["loads"]) == {"pass"}
    assert found["golden"].fault is not None
    assert found["golden"].fault.exit_code == 2


def test_test_data_without_a_column_of_the_model(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(version.data[0].uri).drop_columns(["wind"])
    pyarrow.parquet.write_table(table, version.data[0].uri)
    found = asked(context, version, target)
    assert statuses(found["golden"]) == {"fail"}
    assert "wind" in found["golden"].checks[0].message


def test_test_rows_that_do_not_fit_the_signature(
    context: Context, version: ModelVersion, target: Target, registry: Registry
) -> None:
    described = registry.folder / "1/mlops-ext-model.json"
    wrong = '"name": "wind", "type": "long"'
    described.write_text(described.read_text().replace('"name": "wind", "type": "double"', wrong))
    found = asked(context, registry.put(1, registry.folder / "1", version.data), target)
    assert statuses(found["loads"]) == {"fail"}
    assert "do not fit the model's signature" in found["loads"].checks[0].message
    assert found["loads"].checks[0].where.endswith(".wind")
    assert "fail" in statuses(found["golden"]) or found["golden"].fault


def test_an_application_that_coerces_is_found(version: ModelVersion) -> None:
    class Lenient:
        def post(self, body: Any) -> tuple[int, dict[str, Any]]:
            return 200, {"predictions": [1.0]}

    from mlops_ext_serve.model.signature import Feature

    service: Any = Lenient()
    found = golden.hostile(service, {"hour": 9}, (Feature("hour", "long"),))
    assert [check.status for check in found] == ["fail"] * 4 + ["pass"] * 3


def test_in_the_environment_of_its_own_lock(
    registry: Registry, tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLOPS_EXT_CACHE", str(tmp_path / "cache"))
    registry.add(1)
    names = ("pandas", "numpy", "python-dateutil", "six", "pyarrow")
    there = {found.name.lower(): found.version for found in importlib.metadata.distributions()}
    lock = "".join(f"{name}=={there[name]}\n" for name in names if name in there)
    (registry.folder / "1.lock").write_text(lock)
    import pyarrow
    import pyarrow.parquet

    rows = {"distance": [1.0, None, 3.0], "hour": [1, 2, 3], "carrier": ["UA", "AA", "DL"]}
    pyarrow.parquet.write_table(pyarrow.table(rows), tmp_path / "test.parquet")
    version = msgspec.structs.replace(registry.get(1), data=(data_ref(tmp_path / "test.parquet"),), lock="")
    found = asked(make_context(tmp_path, FakeDesk(registry.folder)), version, target)
    assert statuses(found["loads"]) == statuses(found["golden"]) == {"pass"}, found
    made = list((tmp_path / "cache/environments").rglob("bin/python"))
    assert len(made) == 1
    assert json.dumps(found["golden"].looked_at) == '"delay/1"'
