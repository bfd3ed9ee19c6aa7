"""F80: an environment in which Evidently lies beside a pandas that it does not import with."""

from __future__ import annotations

import re
import zipfile

import pytest
from packaging.requirements import Requirement
from projects.environments import TOOLS, Venv, wheel
from projects.make import LOCK, ROOT

DISTRIBUTIONS = (ROOT, ROOT / "plugins" / "mlops-ext-evidently")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Host and plugin as wheels."""
    folder = tmp_path_factory.mktemp("wheels")
    return [wheel(source, folder) for source in DISTRIBUTIONS]


def test_f80_our_metadata_keeps_the_pair_apart(wheels):
    with zipfile.ZipFile(wheels[1]) as content:
        name = next(name for name in content.namelist() if name.endswith("METADATA"))
        text = content.read(name).decode()
    asked = [Requirement(line) for line in re.findall(r"^Requires-Dist: (.*)$", text, re.MULTILINE)]
    pandas = next(one for one in asked if one.name == "pandas")
    assert pandas.specifier.contains("3.0.6")
    assert not pandas.specifier.contains("3.1.1")


def test_f80_a_pair_that_does_not_import_is_named_and_other_commands_work(wheels, project, tmp_path):
    newer = re.search(r"^pandas==.*\n(?:\s+.*\n)*", LOCK.read_text(), re.MULTILINE)[0]
    pins = re.sub(r"^pandas==.*\n(?:\s+.*\n)*", lambda _: newer, TOOLS.read_text(), flags=re.MULTILINE)
    (tmp_path / "tools.lock").write_text(pins)
    venv = Venv(tmp_path / "venv")
    venv.sync(tmp_path / "tools.lock")
    venv.uv("pip", "install", "--no-deps", "--no-index", "--python", venv.python, *wheels)
    (project / "mlops-ext.toml").write_text('name = "p"\nplugins = ["evidently"]\n')
    told = venv.run("mlops-ext", "doctor", cwd=project, code=3)
    assert "Traceback" not in told
    assert re.search(r"evidently 0\.7\.\d+ with pandas 3\.1\.\d+: ImportError", told), told
    assert "integrate passed" in venv.run("mlops-ext", "integrate", cwd=project)
