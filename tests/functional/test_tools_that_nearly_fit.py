"""Neighbours of F80: other tools beside a version of another distribution that they do not import with."""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from functional.tables import one_screen

WITHOUT_GENERATORS = "\nimport numpy.random\ndel numpy.random.default_rng\n"
# What protobuf says to code that was generated for a newer one, where such code asks it first.
TOO_OLD = (
    'raise TypeError("Descriptors cannot be created directly.\\nIf this call came from a _pb2.py file")\n'
)


@pytest.fixture
def other(tmp_path, monkeypatch):
    """Puts another version of a distribution before ours: its files, but one with more text at its end."""

    def put(name, package, version, changed, more):
        folder = tmp_path / "other"
        real = Path(find_spec(package).submodule_search_locations[0])
        place = folder / package.replace(".", "/")
        place.mkdir(parents=True)
        for file in real.iterdir():
            if file.name not in (changed, "__pycache__"):
                (place / file.name).symlink_to(file)
        (place / changed).write_text((real / changed).read_text() + more)
        info = folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        files = [file.relative_to(folder).as_posix() for file in place.iterdir()]
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))

    return put


def test_f80_suites_beside_a_numpy_of_the_future(table_project, other):
    other("numpy", "numpy", "9.9.1", "__init__.py", WITHOUT_GENERATORS)
    done = table_project.call("integrate", code=3)
    told = one_screen(done.stdout + done.stderr)
    assert re.search(r"why     scipy [\d.]+ with numpy 9\.9\.1: AttributeError", told), told
    assert "plugin great-expectations (mlops-ext-great-expectations 0.1.0)" in told
    assert "passed   schema" in told, "who needs no suites answers"
    table_project.call("integrate", "--only", "settings")
    table_project.call("plugins")


def test_f80_a_store_beside_a_protobuf_of_the_past(small, other):
    other("protobuf", "google.protobuf", "3.20.3", "descriptor.py", TOO_OLD)
    small.write({"dvc.yaml": "stages:\n  one:\n    cmd: echo 1 > out\n    outs: [out]\n"})
    done = small.call("develop", code=3)
    told = one_screen(done.stdout + done.stderr)
    assert "with protobuf 3.20.3: TypeError: Descriptors cannot be created directly" in told
    assert "mlflow-skinny 3." in told or "mlflow 3." in told
    assert not (small.root / "out").exists(), "nothing is run that could not be followed"
    small.call("plugins")
