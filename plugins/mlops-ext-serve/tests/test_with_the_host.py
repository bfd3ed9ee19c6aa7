"""The host's own command serves: real settings, discovery, and an environment from the version's lock."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

import msgspec
import pytest
from serve_testing.live import ROW, Live
from serve_testing.registry import FakeDesk, Registry, make_context

from mlops_ext.contract.targets import Target
from mlops_ext.testing.fakes import write_distribution
from mlops_ext_serve import hooks
from mlops_ext_serve.control import deploy

REGISTRY_PLUGIN = """
import os
from pathlib import Path
from serve_testing.registry import FakeDesk

PLUGIN = Plugin(name="shelf", roles=("registry", "store"))
DESK = FakeDesk(Path(os.environ["SHELF"]))

@hookimpl
def mlops_find_model(selector):
    return DESK.find_model(selector)

@hookimpl
def mlops_register_model(run):
    return None

@hookimpl
def mlops_save_record(record):
    return None

@hookimpl
def mlops_find_records(query):
    found = DESK.find_record(query.digest)
    return [found] if found else []

@hookimpl
def mlops_fetch_data(data):
    return DESK.fetch(data)
"""
SETTINGS = """
plugins = ["serve", "shelf"]
name = "example"
[data.flights]
path = "flights.parquet"
[models.delay]
data = "flights"
[targets.production]
path = "home/production"
service = { poll_seconds = 0.2 }
"""


@pytest.fixture
def project(tmp_path: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose registry is a plugin made of text."""
    write_distribution(tmp_path / "dists", "shelf", REGISTRY_PLUGIN)
    (tmp_path / "mlops-ext.toml").write_text(SETTINGS)
    paths = [str(tmp_path / "dists"), os.environ["PYTHONPATH"]]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.setenv("SHELF", str(registry.folder))
    monkeypatch.setenv("MLOPS_EXT_HOME", str(tmp_path / "home"))
    return tmp_path


def test_released_by_the_hook_and_served_by_the_hosts_command(
    live: Live, project: Path, registry: Registry, target: Target
) -> None:
    there = {found.name.lower(): found.version for found in importlib.metadata.distributions()}
    names = [name for name in ("pandas", "numpy", "python-dateutil", "six") if name in there]
    made = registry.add(1)
    (registry.folder / "1.lock").write_text("".join(f"{name}=={there[name]}\n" for name in names))
    (registry.folder / "1.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(made, lock="")))
    context = make_context(project, FakeDesk(registry.folder, {"start_seconds": 90}))
    assert "serve_testing" not in " ".join(deploy.service_command(project, target))
    deployed = hooks.mlops_deploy(context, registry.promote(1), target)
    assert deployed is not None
    assert deployed.status == "ready"
    assert live.post({"records": [ROW]})[1]["predictions"] == [501.0]
    environment = list((live.place.folder / "environments").glob("*/bin/python"))
    assert len(environment) == 1
