"""States that the kills start from, made once and brought back before each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from projects.make import make, run_once, stop_services
from projects.variants import ONE_TARGET

from harness.arena import Arena
from harness.kill import Killer
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
