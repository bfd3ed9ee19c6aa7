"""What callers send, and what they get: F69, F70."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from serve_testing.live import ROW, Live


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One service for all requests here: none of them may end it."""
    from serve_testing.registry import MODEL, TARGET, Registry

    from mlops_ext.contract.targets import Target

    folder = tmp_path_factory.mktemp("served")
    path = folder / "home" / TARGET / "services" / MODEL
    registry = Registry(folder / "registry")
    live = Live(registry, Target(name=TARGET, kind="local-service", path=str(path), model=MODEL), folder)
    live.own = {"body_mb": 0.2, "rows": 50, "predict_seconds": 3.0}
    registry.add(1)
    registry.promote(1)
    live.start()
    yield live
    live.end()


def refused(served: Live, body: Any, status: int, where: str = "", error: str = "") -> None:
    code, said = served.post(body)
    assert (code, said.get("where", "")) == (status, where), said
    assert error in said["error"]
    assert served.post({"records": [ROW]})[0] == 200


def test_the_three_forms_give_the_same(served: Live) -> None:
    split = {"columns": ["hour", "carrier", "distance"], "data": [[9, "UA", 500.0], [10, "AA", None]]}
    records = [ROW, {"carrier": "AA", "hour": 10, "distance": None}]
    for body in ({"dataframe_split": split}, {"dataframe_records": records}, {"records": records}):
        code, said = served.post(body)
        assert code == 200, said
        assert said["predictions"] == [501.0, None]
        assert (said["model"], said["version"]) == ("delay", 1)


def test_request_id_is_the_callers_or_a_new_one(served: Live) -> None:
    assert served.post({"records": [ROW]}, **{"x-request-id": "abc-1"})[1]["request_id"] == "abc-1"
    strange = served.post({"records": [ROW]}, **{"x-request-id": "a b{}"})[1]["request_id"]
    assert len(strange) == 32


def test_integer_for_float_is_fine_and_keys_in_any_order(served: Live) -> None:
    assert served.post({"records": [{"carrier": "UA", "distance": 500, "hour": 9}]})[1]["predictions"] == [
        501.0
    ]


def test_extra_keys_are_ignored_and_counted(served: Live) -> None:
    before = counted(served, "mlops_extra_keys_total")
    assert served.post({"records": [{**ROW, "tail": "N1", "gate": 4}]})[1]["predictions"] == [501.0]
    assert counted(served, "mlops_extra_keys_total") == before + 2


@pytest.mark.parametrize(
    ("body", "status", "where", "error"),
    [
        (b"{", 400, "", "not JSON"),
        (b"\xff\xfe", 400, "", "not JSON"),
        (b"[" * 50_000, 400, "", "nested too deep"),
        (b'{"records":[{"distance":NaN,"hour":9,"carrier":"UA"}]}', 400, "", "not JSON"),
        (b'{"records":[{"distance":1e999,"hour":9,"carrier":"UA"}]}', 400, "", "out of range"),
        ([ROW], 422, "", "expected an object"),
        ({"inputs": [ROW]}, 422, "", "dataframe_records"),
        ({"records": [ROW], "dataframe_records": [ROW]}, 422, "", "one of"),
        ({"records": []}, 422, "records", "no records"),
        ({"dataframe_split": {"columns": [], "data": []}}, 422, "dataframe_split", "no records"),
        ({"records": [ROW, 3]}, 422, "records[1]", "object"),
        ({"records": [{"distance": 1.0, "hour": 9}]}, 422, "records[0]", "missing required field `carrier`"),
        ({"records": [{**ROW, "distance": "far"}]}, 422, "records[0].distance", "got `str`"),
        ({"records": [{**ROW, "distance": "1.5"}]}, 422, "records[0].distance", "got `str`"),
        ({"records": [{**ROW, "hour": 9.5}]}, 422, "records[0].hour", "got `float`"),
        ({"records": [{**ROW, "hour": None}]}, 422, "records[0].hour", "got `null`"),
        ({"records": [{**ROW, "hour": True}]}, 422, "records[0].hour", "got `bool`"),
        ({"records": [{**ROW, "hour": 2**63}]}, 422, "records[0].hour", "<="),
        ({"records": [{**ROW, "departs": "tomorrow"}]}, 422, "records[0].departs", "ISO 8601"),
        ({"records": [{**ROW, "flight": ["UA1"]}]}, 422, "records[0].flight", "got `array`"),
        (
            {"dataframe_split": {"columns": ["hour"], "data": [[1, 2]]}},
            422,
            "dataframe_split.data[0]",
            "1 values",
        ),
        (
            {"dataframe_split": {"columns": ["hour", "hour"], "data": []}},
            422,
            "dataframe_split.columns",
            "twice",
        ),
        ({"records": [ROW] * 51}, 413, "", "more than the 50"),
    ],
)
def test_what_does_not_fit_is_named(served: Live, body: Any, status: int, where: str, error: str) -> None:
    refused(served, body, status, where, error)


def test_no_value_of_the_caller_is_echoed(served: Live) -> None:
    _, said = served.post({"records": [{**ROW, "distance": "secret-value" * 1000}]})
    assert "secret" not in json.dumps(said)
    assert len(json.dumps(said)) < 300


def test_large_body_is_a_413_that_the_client_can_read(served: Live) -> None:
    code, said = served.post(b'{"records": [' + b" " * 2_000_000 + b"]}")
    assert code == 413
    assert "200000 bytes" in said["error"]
    assert served.post({"records": [ROW]})[0] == 200


def test_large_body_in_chunks_without_a_length(served: Live) -> None:
    with socket.create_connection((served.address.host, served.address.port), 10) as caller:
        caller.sendall(b"POST /invocations HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        for _ in range(10):
            caller.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
        caller.sendall(b"0\r\n\r\n")
        assert caller.recv(100).startswith(b"HTTP/1.1 413 ")


def test_who_waits_for_our_word_before_sending_is_told_at_once(served: Live) -> None:
    with socket.create_connection((served.address.host, served.address.port), 10) as caller:
        length = b"content-length: 9000000\r\nexpect: 100-continue\r\n\r\n"
        caller.sendall(b"POST /invocations HTTP/1.1\r\nhost: x\r\n" + length)
        assert caller.recv(100).startswith(b"HTTP/1.1 413 ")


def test_compressed_body_is_refused(served: Live) -> None:
    assert served.post(b"\x1f\x8b", **{"content-encoding": "gzip"})[0] == 415


def test_what_the_model_raises_is_one_answer(served: Live) -> None:
    code, said = served.post({"records": [{**ROW, "hour": 77}]})
    assert code == 500
    assert said["error"] == "the model could not predict these records (ValueError)"
    assert served.post({"records": [ROW]})[0] == 200


def test_a_request_that_kills_the_models_process_ends_nothing_else(served: Live) -> None:
    before = counted(served, "mlops_worker_restarts_total")
    assert served.post({"records": [{**ROW, "hour": 66}]})[0] == 503
    assert served.post({"records": [ROW]})[1]["predictions"] == [501.0]
    assert counted(served, "mlops_worker_restarts_total") == before + 1


def test_pages(served: Live) -> None:
    said = served.get("/version")[1]
    assert (said["version"], said["promotion"], said["ready"], said["refused"]) == (1, 1, True, None)
    assert said["digest"].startswith("sha256:")
    assert len(said["gate"]) == 64
    assert served.get("/live")[0] == served.get("/ready")[0] == 200
    assert served.get("/invocations")[0] == 405
    assert served.get("/nothing")[0] == 404
    text = served.get("/metrics")[1]
    assert 'mlops_requests_total{version="1",code="200"}' in text
    assert "mlops_version 1" in text


def counted(served: Live, name: str) -> int:
    lines = served.get("/metrics")[1].splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith(name))
