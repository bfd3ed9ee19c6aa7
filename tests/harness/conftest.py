"""States that the kills start from, made once and brought back before each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from projects.make import Tiny, make, run_once, stop_services
from projects.variants import ONE_TARGET

from harness.arena import Arena
from harness.kill import Killer
from harness.server import mlflow_server
from harness.state import end_state

FIRST = ("trigger", "--demand", "the first model")
FOLLOWS = {"delivered": "integrated", "registered": "delivered", "challenged": "registered"}


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The tiny project with one target, integrated, in a folder that stays its own."""
    tiny = make(tmp_path_factory.mktemp("arena"), files=ONE_TARGET)
    tiny.env["MLOPS_EXT_CACHE"] = str(tiny.folder / "cache")
    arena = Arena(tiny, tmp_path_factory.mktemp("states"))
    run_once(tiny)
    tiny.call("integrate")
    arena.save("integrated")
    yield arena
    stop_services(tiny)


@pytest.fixture
def killer(arena: Arena, tmp_path: Path) -> Killer:
    """Runs commands in the arena and kills them."""
    return Killer(arena, end_state, tmp_path)


@pytest.fixture
def state(arena: Arena) -> object:
    """Makes a state by name, from the one it follows, unless it was made before."""

    def make_state(name: str) -> str:
        if not arena.has(name):
            arena.restore(make_state(FOLLOWS[name]))
            MAKE[name](arena)
            arena.save(name)
        return name

    return make_state


def _deliver(arena: Arena) -> None:
    arena.tiny.call("deliver", "production")


def _register(arena: Arena) -> None:
    arena.tiny.call(*FIRST)


def _challenge(arena: Arena) -> None:
    """Version 1 serves, and version 2 was trained on newer days."""
    arena.tiny.call("release")
    arena.tiny.bring(75)
    arena.tiny.call("trigger")


MAKE = {"delivered": _deliver, "registered": _register, "challenged": _challenge}


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tiny, Tiny]]:
    """Two clones that know one MLflow server; the first has trained three versions, and none serves."""
    folder = tmp_path_factory.mktemp("server")
    with mlflow_server(folder) as uri:
        first = make(tmp_path_factory.mktemp("first"), files=ONE_TARGET)
        first.env |= {"MLFLOW_TRACKING_URI": uri, "MLOPS_EXT_CACHE": str(first.folder / "cache")}
        run_once(first)
        first.call("integrate")
        first.call("deliver", "production")
        for skipped in (0, 4, 8):
            # Fewer old days to learn from, the same new ones to be judged on.
            first.bring(60 - skipped, first=skipped)
            first.call("trigger", "--demand", f"without the first {skipped} days")
        second = _clone(first, tmp_path_factory.mktemp("second"))
        yield first, second
        for tiny in (first, second):
            stop_services(tiny)


def _clone(first: Tiny, folder: Path) -> Tiny:
    second = Tiny(folder)
    second.run("git", "clone", "-q", first.folder / "origin.git", second.root, cwd=folder)
    second.git("config", "user.name", "Second")
    second.git("config", "user.email", "second@example.org")
    second.env["MLFLOW_TRACKING_URI"] = first.env["MLFLOW_TRACKING_URI"]
    second.env["MLOPS_EXT_CACHE"] = str(folder / "cache")
    return second
