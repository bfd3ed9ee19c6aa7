"""PyTorch's environment, which only `make stress` installs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

UV = Path(sys.executable).with_name("uv")
LOCK = Path(__file__).with_name("torch.lock")

collect_ignore = ["adapters", "many.py"]


@pytest.fixture(scope="session")
def torch_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with PyTorch."""
    folder = tmp_path_factory.mktemp("torch") / "venv"
    base = getattr(sys, "_base_executable", sys.executable)
    for words in (
        ["venv", "--no-project", "--python", base, folder],
        ["pip", "sync", "--require-hashes", "--python", folder / "bin" / "python", LOCK],
    ):
        done = subprocess.run([UV, *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return folder / "bin" / "python"
