"""Environments made by real uv: complete or not there, whoever is killed and however many ask at once."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlops_ext import durable
from mlops_ext.environments import LockFile, environment_of, make_environment, shared_environment
from mlops_ext.environments.make import MARKER
from mlops_ext.errors import CouldNotTellError, DeadlineError, MlopsExtError
from mlops_ext.process import CommandError

OWN = f"{sys.version_info.major}.{sys.version_info.minor}"


class Killed(BaseException):
    """Stands for a kill: nothing may catch it."""


def version_in(python: Path) -> str:
    script = "import tiny; print(tiny.VERSION)"
    return subprocess.run([python, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def test_it_holds_what_the_lock_says_and_nothing_else(index: Any, tmp_path: Path) -> None:
    python = make_environment(index.add("tiny", "1.0"), OWN, tmp_path / "venv")
    assert python == tmp_path / "venv" / "bin" / "python"
    assert version_in(python) == "1.0"
    assert dict(environment_of(python).packages) == {"tiny": "1.0"}


def test_an_interpreter_can_be_named_by_its_path(index: Any, tmp_path: Path) -> None:
    python = make_environment(index.add("tiny", "1.0"), sys.executable, tmp_path / "venv")
    assert version_in(python) == "1.0"


def test_a_complete_one_is_left_and_another_lock_makes_it_anew(index: Any, tmp_path: Path) -> None:
    first, second = index.add("tiny", "1.0"), index.add("tiny", "2.0")
    place = tmp_path / "venv"
    make_environment(first, OWN, place)
    (place / "mine").touch()
    make_environment(first, OWN, place)
    assert (place / "mine").exists()
    assert version_in(make_environment(second, OWN, place)) == "2.0"
    assert not (place / "mine").exists()


def test_killed_at_any_durable_step_the_next_call_completes(
    index: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, place = index.add("tiny", "1.0"), tmp_path / "venv"
    steps = _count_steps(monkeypatch, lambda: make_environment(lock, OWN, tmp_path / "counted"))
    assert steps == 6
    for last in range(1, steps + 1):
        for after in (False, True):
            with pytest.raises(Killed):
                _kill_at(monkeypatch, last, after, lambda: make_environment(lock, OWN, place))
            assert version_in(make_environment(lock, OWN, place)) == "1.0"
            (place / MARKER).write_text("{}")


def _count_steps(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def count(kind: str, do: Callable[..., object], *args: object, **kwargs: object) -> object:
        seen.append(kind)
        return do(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(durable, "step", count)
        act()
    return len(seen)


def _kill_at(monkeypatch: pytest.MonkeyPatch, last: int, after: bool, act: Callable[[], object]) -> None:
    left = [last]

    def kill(kind: str, do: Callable[..., object], *args: object, **kwargs: object) -> object:
        left[0] -= 1
        if left[0] == 0 and not after:
            raise Killed
        answer = do(*args, **kwargs)
        if left[0] == 0:
            raise Killed
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(durable, "step", kill)
        act()


def test_a_removal_killed_half_way_never_looks_complete(
    index: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, place = index.add("tiny", "1.0"), index.add("tiny", "2.0"), tmp_path / "venv"
    python = make_environment(first, OWN, place)

    def half(path: Path) -> None:
        next(path.glob("lib/*/site-packages/tiny.py")).unlink()
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(durable, "remove_tree", half)
        with pytest.raises(Killed):
            make_environment(second, OWN, place)
    assert version_in(make_environment(first, OWN, place)) == "1.0"
    assert python.exists()


def test_two_processes_at_once_make_it_once(index: Any, tmp_path: Path) -> None:
    lock, place = index.add("tiny", "1.0"), tmp_path / "venv"
    context = multiprocessing.get_context("fork")
    makers = [context.Process(target=make_environment, args=(lock, OWN, place)) for _ in range(2)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(60)
    assert [maker.exitcode for maker in makers] == [0, 0]
    assert version_in(place / "bin" / "python") == "1.0"


def test_one_that_waits_too_long_says_so(index: Any, tmp_path: Path) -> None:
    import fcntl

    lock = index.add("tiny", "1.0")
    with (tmp_path / ".venv.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(DeadlineError, match="another process"):
            make_environment(lock, OWN, tmp_path / "venv", timeout=0.2)


def test_offline_what_is_not_in_the_cache_is_named(
    index: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UV_NO_INDEX")
    monkeypatch.delenv("UV_FIND_LINKS")
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(CouldNotTellError, match=r"iniconfig\S* is not in uv's cache") as raised:
        make_environment("iniconfig==2.0.0\n", OWN, tmp_path / "venv")
    assert raised.value.exit_code == 3
    assert not (tmp_path / "venv" / MARKER).exists()


def test_a_wheel_with_other_bytes_than_the_lock_says_is_refused(index: Any, tmp_path: Path) -> None:
    lock = index.add("tiny", "1.0").split("sha256:")[0] + "sha256:" + "a" * 64 + "\n"
    with pytest.raises(CommandError, match="Hash mismatch"):
        make_environment(lock, OWN, tmp_path / "venv")


def test_one_hash_demands_all(index: Any, tmp_path: Path) -> None:
    index.add("other", "1.0")
    with pytest.raises(MlopsExtError, match="other"):
        make_environment(index.add("tiny", "1.0") + "other==1.0\n", OWN, tmp_path / "venv")


def test_a_python_that_is_not_there_is_could_not_tell(index: Any, tmp_path: Path) -> None:
    with pytest.raises(CouldNotTellError):
        make_environment(index.add("tiny", "1.0"), str(tmp_path / "no" / "python"), tmp_path / "venv")


def test_the_shared_place_is_named_by_lock_and_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = LockFile("requirements", None, "", "sha256:abc")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("MLOPS_EXT_CACHE", raising=False)
    assert shared_environment(lock, "3.11") == tmp_path / "mlops-ext" / "environments" / "abc" / "py3.11"
    monkeypatch.setenv("MLOPS_EXT_CACHE", str(tmp_path / "ours"))
    assert shared_environment(lock, "3.11") == tmp_path / "ours" / "environments" / "abc" / "py3.11"
