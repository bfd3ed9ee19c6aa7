"""The service follows the registry, and only what a record lets serve here is taken."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from typing import Any

import pytest
from serve_testing.live import ROW, Live, kill
from serve_testing.load import Load
from serve_testing.registry import Registry


def version(live: Live) -> int:
    number: int = live.post({"records": [ROW]})[1]["version"]
    return number


def test_without_a_champion_it_lives_and_is_not_ready(live: Live, registry: Registry) -> None:
    live.start(ready=False)
    assert live.get("/live")[0] == 200
    live.until(lambda: "no champion" in live.get("/ready")[1]["reason"])
    assert live.get("/ready")[0] == 503
    code, said = live.post({"records": [ROW]})
    assert code == 503
    assert "no champion" in said["error"]
    registry.add(1)
    registry.promote(1)
    live.until(lambda: live.status("/ready") == 200)
    assert version(live) == 1


def test_five_swaps_under_load_lose_no_request(live: Live, registry: Registry) -> None:
    for number in range(1, 7):
        registry.add(number)
    registry.promote(1)
    live.start()
    with Load(live, 8) as load:
        for number in (2, 3, 4, 5, 6):
            load.more(50)
            registry.promote(number)
            live.until(lambda wanted=number: live.said()["version"] == wanted)
        load.more(50)
    assert load.lost == 0
    assert load.wrong == 0
    assert set(load.statuses) == {200}
    assert set(load.versions) == {1, 2, 3, 4, 5, 6}
    assert logged(live) == Counter(load.answered)


def test_back_to_an_earlier_version(live: Live, registry: Registry) -> None:
    registry.add(1)
    registry.add(2)
    registry.promote(2)
    live.start()
    registry.promote(1)
    live.until(lambda: live.said()["version"] == 1)
    registry.promote(1)
    live.until(lambda: live.said()["promotion"] == 3)
    assert live.said()["version"] == 1


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"verdict": "fail"}, "verdict is fail"),
        ({"target": "pre-production"}, "for target pre-production"),
        ({"inputs": ()}, "other bytes"),
        ({"zone": "pull-request"}, "zone pull-request"),
        ({"stage": "integrate"}, "not the record of a release"),
    ],
)
def test_a_record_that_does_not_verify_changes_nothing(
    live: Live, registry: Registry, changed: dict[str, Any], why: str
) -> None:
    registry.add(1)
    registry.add(2)
    registry.promote(1)
    live.start()
    registry.promote(2, **changed)
    live.until(lambda: live.said()["refused"] is not None)
    said = live.said()
    assert why in said["refused"]["why"]
    assert (said["refused"]["version"], said["refused"]["final"]) == (2, True)
    assert version(live) == said["version"] == 1
    registry.promote(2)
    live.until(lambda: live.said()["version"] == 2)
    assert live.said()["refused"] is None


def test_bytes_that_changed_after_the_gate_are_refused(live: Live, registry: Registry) -> None:
    registry.add(1)
    registry.add(2)
    registry.promote(1)
    live.start()
    (registry.folder / "2/artifacts/model.json").write_text('{"add": 99}')
    registry.promote(2)
    live.until(lambda: live.said()["refused"] is not None)
    assert "not those of sha256:" in live.said()["refused"]["why"]
    assert version(live) == 1


def test_a_model_that_does_not_load_changes_nothing(live: Live, registry: Registry) -> None:
    registry.add(1)
    registry.add(2, no_load=True)
    registry.promote(1)
    live.start()
    registry.promote(2)
    live.until(lambda: live.said()["refused"] is not None)
    assert "this model does not load" in live.said()["refused"]["why"]
    assert version(live) == 1


def test_a_registry_that_fails_stops_nothing(live: Live, registry: Registry) -> None:
    registry.add(1)
    registry.promote(1)
    live.start()
    (registry.folder / "broken").touch()
    kill(live.address.pid)
    assert live.child is not None
    live.child.wait(10)
    shutil.rmtree(registry.folder / "1")
    live.start()
    assert version(live) == 1
    registry.add(2)
    registry.promote(2)
    (registry.folder / "broken").unlink()
    live.until(lambda: live.said()["version"] == 2)


def test_what_changed_beside_a_stopped_service_is_not_served(live: Live, registry: Registry) -> None:
    made = registry.add(1)
    registry.promote(1)
    live.start()
    live.end()
    (registry.folder / "broken").touch()
    (live.place.model(made.digest) / "model/artifacts/model.json").write_text('{"add": 99}')
    shutil.rmtree(registry.folder / "1")
    live.start(ready=False)
    live.until(lambda: "store is locked" in live.get("/ready")[1]["reason"])
    assert live.post({"records": [ROW]})[0] == 503


def test_term_answers_what_was_taken_and_ends_with_0(live: Live, registry: Registry) -> None:
    registry.add(1, sleep=1.0)
    registry.promote(1)
    live.start()
    assert live.child is not None
    with Load(live, 1):
        import threading

        slow: list[Any] = []
        caller = threading.Thread(target=lambda: slow.append(live.post({"records": [{**ROW, "hour": 88}]})))
        caller.start()
        live.until(lambda: "mlops_waiting_requests 2" in live.get("/metrics")[1] or slow)
        live.child.terminate()
        assert live.child.wait(15) == 0
        caller.join(10)
    assert slow[0][0] == 200


def test_one_service_per_folder(live: Live, registry: Registry, tmp_path: Any) -> None:
    import subprocess

    live.start(ready=False)
    second = subprocess.run(live.command(), capture_output=True, text=True, timeout=20, check=False)
    assert second.returncode == 1
    assert "runs on this target already" in second.stderr


def logged(live: Live) -> Counter[str]:
    connection = sqlite3.connect(f"file:{live.place.log}?mode=ro", uri=True)
    try:
        return Counter(row[0] for row in connection.execute("SELECT request_id FROM predictions"))
    finally:
        connection.close()
