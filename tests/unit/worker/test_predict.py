"""A whole table through the worker, and what is told when it can't be."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import ipc

import mlops_ext
from mlops_ext.errors import DeadlineError, SettingsError
from mlops_ext.worker_client import MARKER, ModelError, predict


def write(path: Path, **columns: object) -> Path:
    table = pa.table(columns)
    with ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    return path


def read(path: Path) -> pa.Table:
    with pa.memory_map(str(path)) as source:
        return ipc.open_file(source).read_all()


def test_numbers_come_out_as_doubles(python: Path, own_model: Path, tmp_path: Path) -> None:
    data = write(
        tmp_path / "in.arrow", carrier=["UA", "B6"], dep_hour=pa.array([1, 3], pa.int8()), other=[0, 0]
    )
    predict(python, own_model, data, tmp_path / "out.arrow", 60)
    out = read(tmp_path / "out.arrow")
    assert out.schema == pa.schema([("prediction", pa.float64())])
    assert out["prediction"].to_pylist() == [20.0, 60.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.arrow", "out.arrow", "own"]


def test_words_come_out_as_strings(python: Path, own_model: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "in.arrow", carrier=["words", "UA"], dep_hour=[1.0, None])
    predict(python, own_model, data, tmp_path / "out.arrow", 60)
    assert read(tmp_path / "out.arrow")["prediction"].to_pylist() == ["late", "late"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"carrier": ["raise"], "dep_hour": [1.0]}, "RuntimeError: no such carrier"),
        ({"carrier": ["UA"]}, "columns are missing: dep_hour"),
        ({"carrier": ["UA"], "dep_hour": ["1.5"]}, "column dep_hour holds what is no double"),
    ],
)
def test_what_the_model_raises_is_told_and_no_file_is_left(
    python: Path, own_model: Path, tmp_path: Path, columns: dict[str, object], words: str
) -> None:
    data = write(tmp_path / "in.arrow", **columns)
    with pytest.raises(ModelError, match=words):
        predict(python, own_model, data, tmp_path / "out.arrow", 60)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.arrow", "own"]


def test_a_model_that_ends_the_process_is_told(python: Path, own_model: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "in.arrow", carrier=["die"], dep_hour=[1.0])
    with pytest.raises(ModelError, match="the worker ended with 9"):
        predict(python, own_model, data, tmp_path / "out.arrow", 60)


def test_a_cut_off_table_is_told(python: Path, own_model: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "in.arrow", carrier=["UA"], dep_hour=[1.0])
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(ModelError, match="Arrow"):
        predict(python, own_model, data, tmp_path / "out.arrow", 60)


def test_the_deadline_holds(python: Path, own_model: Path, tmp_path: Path) -> None:
    data = write(tmp_path / "in.arrow", carrier=["sleep"], dep_hour=[1.0])
    with pytest.raises(DeadlineError):
        predict(python, own_model, data, tmp_path / "out.arrow", 5)


def test_without_pyarrow_there_it_is_misconfigured(own_model: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    data = write(tmp_path / "in.arrow", carrier=["UA"], dep_hour=[1.0])
    with pytest.raises(SettingsError, match="No module named 'pyarrow'") as raised:
        predict(tmp_path / "bare" / "bin" / "python", own_model, data, tmp_path / "out.arrow", 60)
    assert "project environment" in raised.value.hint


def test_the_worker_parses_on_the_oldest_python_it_promises() -> None:
    import ast

    for name in ("worker.py", "adapter.py"):
        source = Path(mlops_ext.__file__).with_name(name).read_text()
        ast.parse(source, feature_version=(3, 9))
        assert "import mlops_ext" not in source
        assert "from mlops_ext" not in source


def test_what_is_compiled_is_kept_in_an_environment_of_our_own_making_only(
    own_model: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (site,) = venv.glob("lib/*/site-packages")
    (site / "theirs.pth").write_text(sysconfig.get_path("purelib"))
    data = write(tmp_path / "in.arrow", carrier=["UA"], dep_hour=[1.0])
    python, kept = venv / "bin" / "python", venv / "bytecode"
    before = sorted(venv.rglob("*"))
    predict(python, own_model, data, tmp_path / "out.arrow", 60)
    assert sorted(venv.rglob("*")) == before
    (venv / MARKER).write_text("{}")
    predict(python, own_model, data, tmp_path / "out.arrow", 60)
    assert any("pandas" in path.parts for path in kept.rglob("*.pyc"))
    assert not list(own_model.rglob("*.pyc"))
