"""Promotions: one winner per entry, on SQLite and over HTTP, whoever is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mlflow_fakes import make_context

from mlops_ext.contract.models import ModelVersion
from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError
from mlops_ext_mlflow.promotion import log, promote
from mlops_ext_mlflow.promotion.alias import points_at
from mlops_ext_mlflow.store.connect import connect

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

MODEL = "flight-delay"


def three_versions(context: Context, model: str = MODEL) -> None:
    """A registered model with three versions."""
    client = connect(context).client
    client.create_registered_model(model)
    for _ in range(3):
        client.create_model_version(model, source="s3://bucket/model")


def version(number: int, model: str = MODEL) -> ModelVersion:
    """A candidate."""
    return ModelVersion(model=model, version=number, digest="sha256:1", uri="")


def race(
    root: Path, uri: str, model: str, processes: int, rounds: int, killed: float = 0.0
) -> list[dict[str, object]]:
    """Let processes promote at once; what they were told."""
    here = Path(__file__).parent
    command = [sys.executable, str(here / "mlflow_racer.py"), str(root), uri, model, str(rounds)]
    path = os.pathsep.join([str(here), *sys.path])
    running = [
        subprocess.Popen(
            [*command, str(index), str(killed)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for index in range(processes)
    ]
    told = []
    for process in running:
        out, err = process.communicate(timeout=300)
        assert process.returncode in ({0, 9} if killed else {0}), err[-2000:]
        told += [json.loads(line) for line in out.splitlines()]
    return told


def check_history(context: Context, model: str, told: list[dict[str, object]]) -> None:
    """One winner per predecessor, winners told are those of a full replay, and the alias follows."""
    store = connect(context)
    whole = sorted(log.entries(store, log.name(model, "champion"), above=0), key=lambda entry: entry.number)
    chain, at = [], 0
    while following := [entry for entry in whole if entry.expected == at]:
        chain.append(following[0])
        at = following[0].number
    won = Counter(str(row["expected"]) for row in told if row["won"])
    assert not [expected for expected, count in won.items() if count > 1]
    assert {int(str(row["number"])) for row in told if row["won"]} <= {entry.number for entry in chain}
    assert log.last(store, log.name(model, "champion")) == chain[-1]
    promote.settle(promote.Alias(store, model, "champion"))
    assert points_at(store, model, "champion") == chain[-1].target


def test_race_on_sqlite(context: Context) -> None:
    three_versions(context)
    told = race(context.root, "", MODEL, 4, 5)
    assert len(told) == 20
    check_history(context, MODEL, told)


def test_race_on_sqlite_with_kills(context: Context) -> None:
    three_versions(context)
    told = race(context.root, "", MODEL, 4, 8, killed=0.2)
    check_history(context, MODEL, told)


def test_race_over_http(server: str, tmp_path: Path) -> None:
    context = make_context(tmp_path, server)
    three_versions(context)
    told = race(tmp_path, server, MODEL, 4, 5)
    assert len(told) == 20
    assert sum(bool(row["won"]) for row in told) >= 5
    check_history(context, MODEL, told)


def test_first_promotion_and_its_repetition_are_one(context: Context) -> None:
    three_versions(context)
    first = promote.promote(context, version(1), "champion", 0, "gate-1")
    again = promote.promote(context, version(1), "champion", 0, "gate-1")
    assert first == again
    assert (first.won, first.number, first.expected, first.winner) == (True, 1, 0, 1)
    assert points_at(connect(context), MODEL, "champion") == 1


def test_a_loser_is_told_who_won(context: Context) -> None:
    three_versions(context)
    promote.promote(context, version(1), "champion", 0, "gate-1")
    lost = promote.promote(context, version(2), "champion", 0, "gate-2")
    assert (lost.won, lost.winner, lost.number) == (False, 1, 2)
    assert points_at(connect(context), MODEL, "champion") == 1


def test_rollback_is_a_promotion_to_an_earlier_version(context: Context) -> None:
    three_versions(context)
    one = promote.promote(context, version(1), "champion", 0, "g1")
    two = promote.promote(context, version(2), "champion", one.number, "g2")
    back = promote.promote(context, version(1), "champion", two.number, "g3")
    assert back.won
    assert points_at(connect(context), MODEL, "champion") == 1


def test_many_late_losers_do_not_hide_the_end(context: Context) -> None:
    three_versions(context)
    one = promote.promote(context, version(1), "champion", 0, "g1")
    two = promote.promote(context, version(2), "champion", one.number, "g2")
    for index in range(log.PAGE + 10):
        lost = promote._append(promote.Alias(connect(context), MODEL, "champion"), 3, 0, f"late-{index}", 0)
    assert lost.number > log.PAGE
    end = log.last(connect(context), log.name(MODEL, "champion"))
    assert end is not None
    assert end.number == two.number


def test_alias_moved_by_hand_is_a_persons_business(context: Context) -> None:
    three_versions(context)
    one = promote.promote(context, version(1), "champion", 0, "g1")
    connect(context).client.set_registered_model_alias(MODEL, "champion", "3")
    with pytest.raises(RefusedError, match="is at version 3, its log says 1"):
        promote.promote(context, version(2), "champion", one.number, "g2")
    adopted = promote.promote(context, version(3), "champion", one.number, "")
    assert adopted.won
    assert promote.promote(context, version(2), "champion", adopted.number, "g2").won


def test_killed_before_the_alias_moved(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    three_versions(context)
    connect(context).client.set_registered_model_alias(MODEL, "champion", "3")
    with monkeypatch.context() as patch:
        patch.setattr(promote, "settle", lambda where: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            promote.promote(context, version(1), "champion", 0, "g1")
    assert points_at(connect(context), MODEL, "champion") == 3
    assert promote.promote(context, version(2), "champion", 1, "g2").won
    assert points_at(connect(context), MODEL, "champion") == 2


def test_a_lost_answer_appends_once(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    three_versions(context)
    client = connect(context).client
    create, calls = client.create_model_version, []

    def lose_the_first(*args: Any, **kwargs: Any) -> Any:
        made = create(*args, **kwargs)
        calls.append(made)
        if len(calls) == 1:
            raise ConnectionError("reset by peer")
        return made

    monkeypatch.setattr(client, "create_model_version", lose_the_first)
    assert promote.promote(context, version(1), "champion", 0, "g1").number == 1
    assert len(calls) == 1


def test_an_entry_that_is_not_there_is_refused(context: Context) -> None:
    three_versions(context)
    with pytest.raises(CouldNotTellError, match="entry 7 is not in the log"):
        promote.promote(context, version(1), "champion", 7, "g1")


@pytest.mark.parametrize("alias", ["Champion", "3", "latest", "v3", "a b", ""])
def test_odd_aliases_are_settings_errors(context: Context, alias: str) -> None:
    with pytest.raises(SettingsError):
        promote.promote(context, version(1), alias, 0, "g")


@pytest.mark.parametrize("model", ["a/b", "a:b", "a ", "a%", "a'b", "a.b", ""])
def test_odd_model_names_are_settings_errors(context: Context, model: str) -> None:
    with pytest.raises(SettingsError):
        promote.promote(context, version(1, model), "champion", 0, "g")


def test_who_held_the_alias_before(context: Context) -> None:
    three_versions(context)
    store, name = connect(context), log.name(MODEL, "champion")
    store.client.set_registered_model_alias(MODEL, "champion", "3")
    assert log.held_before(store, name, 1) == (0, None)
    number = 0
    for target, gate in ((1, "g1"), (2, "g2"), (2, "g3"), (1, "g4")):
        number = promote.promote(context, version(target), "champion", number, gate).number
    assert [log.held_before(store, name, steps)[0] for steps in range(5)] == [1, 2, 1, 3, 0]
    entry = log.held_before(store, name, 1)[1]
    assert entry is not None
    assert entry.gate == "g3"
