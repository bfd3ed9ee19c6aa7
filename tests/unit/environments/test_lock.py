"""The lock: what the team has, in the order that is documented, else what is installed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlops_ext.environments import environment_of, find_lock, make_environment
from mlops_ext.environments.pins import first_unpinned
from mlops_ext.errors import CouldNotTellError, SettingsError

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHON = Path(sys.executable)
UV_LOCK = """
version = 1
requires-python = ">=3.11"

[[package]]
name = "flights"
version = "0.1"
source = {{ virtual = "." }}
dependencies = [{{ name = "tiny" }}]

[package.dev-dependencies]
dev = [{{ name = "helper" }}]

[[package]]
name = "tiny"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}
wheels = [{{ url = "https://index.example/tiny-1.0-py3-none-any.whl", hash = "{content}" }}]

[[package]]
name = "helper"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}
wheels = [{{ url = "https://index.example/helper-1.0-py3-none-any.whl", hash = "sha256:{zeros}" }}]
"""


@pytest.mark.parametrize(
    "text",
    [
        "a==1.0\n",
        "a==1.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd\n"
        "# via b\nb[x,y]===2 ; python_version < '4'\n",
        "--index-url https://host/simple\na==1!2.0+cu12  # note\n",
        "a @ git+https://host/a@0123456789012345678901234567890123456789\nb==1\n",
        "a @ https://host/a-1-py3-none-any.whl --hash=sha256:ab\n",
    ],
)
def test_pins_are_pins(text: str) -> None:
    assert first_unpinned(text) is None


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("a==1.0\nb>=2\n", "b>=2"),
        ("a==1.*\n", "a==1.*"),
        ("a==1\nb\n", "b"),
        ("a==1\n-r other.txt\n", "-r other.txt"),
        ("a==1\n-e .\n", "-e ."),
        ("a==1\nb @ git+https://host/b@main\n", "b @ git+https://host/b@main"),
        ("a==1,<2\n", "a==1,<2"),
        ("# nothing\n", "an empty file"),
        ("--index-url https://host\n", "--index-url https://host"),
    ],
)
def test_what_is_no_pin_is_shown(text: str, bad: str) -> None:
    assert first_unpinned(text) == bad


def test_requirements_with_pins_are_the_lock_without_their_logins(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("--index-url https://me:secret@host/simple\ntiny==1.0\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9.0\n")
    lock = find_lock(tmp_path, PYTHON)
    assert (lock.kind, lock.path) == ("requirements", tmp_path / "requirements.txt")
    assert lock.text == "--index-url https://host/simple\ntiny==1.0\n"
    assert lock.digest == "sha256:" + hashlib.sha256(lock.text.encode()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_lock_with_a_byte_order_mark_is_read_as_pip_reads_it(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_bytes("numpy==2.1\r\n".encode(encoding))
    assert find_lock(tmp_path, Path("python")).text.splitlines() == ["numpy==2.1"]


def test_requirements_in_a_code_page_are_named(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes("# größe\nnumpy==2.1\n".encode("latin-1"))
    with pytest.raises(SettingsError, match="is not UTF-8"):
        find_lock(tmp_path, Path("python"))


def test_the_pinned_file_is_found_beside_an_unpinned_one(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("tiny\n")
    (tmp_path / "requirements-lock.txt").write_text("tiny==1.0\n")
    assert find_lock(tmp_path, PYTHON).path == tmp_path / "requirements-lock.txt"


def test_two_that_could_be_it_have_to_be_named(tmp_path: Path) -> None:
    for name in ("requirements-a.txt", "requirements-b.txt"):
        (tmp_path / name).write_text("tiny==1.0\n")
    with pytest.raises(SettingsError, match=r"requirements-a\.txt, requirements-b\.txt"):
        find_lock(tmp_path, PYTHON)
    assert find_lock(tmp_path, PYTHON, "requirements-b.txt").path == tmp_path / "requirements-b.txt"


def test_a_named_file_that_is_no_lock_says_which_line(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("tiny>=1.0\n")
    with pytest.raises(SettingsError, match=r"'tiny>=1\.0' is not pinned"):
        find_lock(tmp_path, PYTHON, "r.txt")
    with pytest.raises(SettingsError, match="is not there"):
        find_lock(tmp_path, PYTHON, "none.txt")


def test_without_one_what_is_installed_is_frozen(index: Any, tmp_path: Path) -> None:
    python = make_environment(index.add("tiny", "1.0"), OWN, tmp_path / "venv")
    info = next((tmp_path / "venv").glob("lib/python*/site-packages")) / "mine-0.1.dist-info"
    info.mkdir()
    (info / "direct_url.json").write_text('{"url": "file:///x", "dir_info": {"editable": true}}')
    lock = find_lock(tmp_path, python)
    assert (lock.kind, lock.path, lock.text) == ("installed", None, "tiny==1.0\n")
    assert lock.left_out == ("mine 0.1 (editable)",)


def test_an_empty_environment_is_no_lock(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    with pytest.raises(CouldNotTellError, match="nothing is installed"):
        find_lock(tmp_path, tmp_path / "venv" / "bin" / "python")


def test_uv_lock_becomes_requirements_that_install(index: Any, tmp_path: Path) -> None:
    content = index.add("tiny", "1.0").strip().partition("--hash=")[2]
    root = tmp_path / "project"
    root.mkdir()
    (root / "pyproject.toml").write_text(
        '[project]\nname = "flights"\nversion = "0.1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["tiny"]\n[dependency-groups]\ndev = ["helper"]\n'
    )
    (root / "uv.lock").write_text(UV_LOCK.format(content=content, zeros="0" * 64))
    (root / "requirements.txt").write_text("other==1.0\n")
    lock = find_lock(root, PYTHON)
    assert (lock.kind, lock.path) == ("uv.lock", root / "uv.lock")
    assert "tiny==1.0" in lock.text
    assert "--hash=sha256:" in lock.text
    assert "helper" not in lock.text
    assert find_lock(root, PYTHON) == lock, "the same lock has the same bytes"
    python = make_environment(lock.text, OWN, tmp_path / "venv")
    assert dict(environment_of(python).packages) == {"tiny": "1.0"}
