"""Two releases of different challengers at once: one wins, the other says who, and all readers agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from projects.make import Tiny, make, run_once, stop_services
from projects.variants import ONE_TARGET

from harness.race import Ended, race
from harness.server import mlflow_server
from harness.state import champion, client, promotions, service

SEED = 20261125


@pytest.fixture(scope="module")
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


def one_round(pair: tuple[Tiny, Tiny], chance: random.Random) -> tuple[Ended, Ended]:
    """Both versions that don't serve are released at once; the winner's and the loser's end."""
    store = client(pair[0], pair[0].env["MLFLOW_TRACKING_URI"])
    before = promotions(store)
    serving = champion(store)
    challengers = [version for version in (1, 2, 3) if version != serving][:2]
    chance.shuffle(challengers)
    ended = race(pair, (challengers[0], challengers[1]), chance)
    told = "\n".join(f"--- {one.version}: {one.code}\n{one.said}" for one in ended)
    assert sorted(one.code for one in ended) == [0, 1], told
    winner, loser = sorted(ended, key=lambda one: one.code)
    assert f"purchase/{winner.version} was promoted since purchase/{loser.version} was judged" in loser.said
    added = promotions(store)[len(before) :]
    assert sorted(target for _, _, target in added) == sorted(challengers), added
    assert len({expected for _, expected, _ in added}) == 1, f"both were judged against one champion: {added}"
    assert min(added)[2] == winner.version
    assert champion(store) == winner.version
    place = pair[0] if ended[0] is winner else pair[1]
    assert service(place) == {"ready": True, "version": winner.version, "promotion": min(added)[0]}
    return winner, loser


def test_five_rounds(pair):
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    for _ in range(5):
        one_round(pair, chance)


def test_the_loser_is_judged_again_by_its_next_call(pair):
    winner, loser = one_round(pair, random.Random(SEED + 1))
    done = pair[0].call("release", "--version", str(loser.version))
    assert f"judged against purchase/{winner.version}" in done.stdout or "serves on production" in done.stdout
    store = client(pair[0], pair[0].env["MLFLOW_TRACKING_URI"])
    assert champion(store) == loser.version
