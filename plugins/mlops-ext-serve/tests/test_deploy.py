"""Start under a supervisor, wait for a version, observe, and stop."""

from __future__ import annotations

import http.server
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from serve_testing.live import ROW, Live, kill
from serve_testing.load import Load
from serve_testing.registry import FakeDesk, Registry, make_context

from mlops_ext import process
from mlops_ext.contract.context import Context
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment, Target
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_serve import hooks
from mlops_ext_serve.control import deploy
from mlops_ext_serve.serving import address
from mlops_ext_serve.serving.address import read_supervisor


@pytest.fixture
def context(live: Live, monkeypatch: pytest.MonkeyPatch) -> Context:
    """A context whose services are started with the test's registry."""
    monkeypatch.setattr(deploy, "service_command", lambda context, target: live.command())
    return make_context(live.project, FakeDesk(live.registry.folder, {"start_seconds": 15}))


def stopped(target: Target) -> Deployment:
    subject = Ref(kind="model-version", name=target.model)
    return Deployment(target=target.name, kind=target.kind, subject=subject, status="stopped")


def test_first_start_second_version_and_stop(
    live: Live, registry: Registry, target: Target, context: Context
) -> None:
    assert hooks.mlops_observe(context, target) is None
    registry.add(1)
    first = registry.promote(1)
    made = hooks.mlops_deploy(context, first, target)
    assert made is not None
    assert (made.subject, made.status) == (
        Ref(kind="model-version", name="delay/1", digest=first.digest),
        "ready",
    )
    assert made.uri == live.address.uri
    assert live.post({"records": [ROW]})[1]["predictions"] == [501.0]

    pid = live.address.pid
    registry.add(2)
    second = registry.promote(2)
    assert hooks.mlops_deploy(context, second, target) is not None
    assert live.address.pid == pid
    seen = hooks.mlops_observe(context, target)
    assert seen is not None
    assert (seen.subject.name, seen.subject.digest, seen.status) == ("delay/2", second.digest, "ready")

    supervisor, service = read_supervisor(live.place), live.address
    assert supervisor is not None
    ended = hooks.mlops_deploy(context, stopped(target), target)
    assert ended is not None
    assert (ended.status, ended.subject.name) == ("stopped", "delay/2")
    assert not supervisor.alive
    assert not service.alive
    assert hooks.mlops_observe(context, target) is None
    again = hooks.mlops_deploy(context, stopped(target), target)
    assert again is not None
    assert again.status == "stopped"

    assert hooks.mlops_deploy(context, second, target) is not None
    assert live.address.port == service.port


def test_a_service_that_seldom_polls_is_woken_by_a_release(
    live: Live, registry: Registry, target: Target, context: Context
) -> None:
    live.poll_seconds = 600.0
    for number in (1, 2):
        registry.add(number)
        made = hooks.mlops_deploy(context, registry.promote(number), target)
        assert made is not None
        assert made.subject.name == f"delay/{number}"


def test_version_that_the_service_refuses_names_what_it_said(
    live: Live, registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1)
    registry.add(2)
    hooks.mlops_deploy(context, registry.promote(1), target)
    with pytest.raises(RefusedError, match="verdict is fail; version 1 goes on serving"):
        hooks.mlops_deploy(context, registry.promote(2, verdict="fail"), target)
    assert "delay/2 was refused: record" in live.place.output.read_text()


def test_what_was_refused_before_is_no_refusal_of_the_next_promotion(
    registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1)
    second = registry.add(2)
    hooks.mlops_deploy(context, registry.promote(1), target)
    for _ in range(2):
        registry.promote(2, verdict="fail")
        with pytest.raises(RefusedError, match="verdict is fail"):
            hooks.mlops_deploy(context, second, target)
    registry.promote(2)
    made = hooks.mlops_deploy(context, second, target)
    assert made is not None
    assert made.subject.name == "delay/2"


def test_version_that_was_not_promoted_is_waited_for_in_vain(
    registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1)
    hooks.mlops_deploy(context, registry.promote(1), target)
    soon = replace(context, deadline=time.monotonic() + 1.0)
    with pytest.raises(CouldNotTellError, match=r"does not serve delay/2 in time: /version says version 1"):
        hooks.mlops_deploy(soon, registry.add(2), target)


def test_version_that_does_not_load_is_could_not_tell_with_the_reason(
    registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1, no_load=True)
    with pytest.raises(
        CouldNotTellError, match=r"failed 3 times .* this model does not load.*nothing serves"
    ):
        hooks.mlops_deploy(context, registry.promote(1), target)


def test_service_that_can_not_start_shows_its_last_words(
    registry: Registry, target: Target, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [sys.executable, "-c", "import sys; print('no such model in the settings'); sys.exit(2)"]
    monkeypatch.setattr(deploy, "service_command", lambda context, target: words)
    registry.add(1)
    with pytest.raises(CouldNotTellError, match="no such model in the settings"):
        hooks.mlops_deploy(context, registry.promote(1), target)


def test_killed_under_load_it_comes_back_and_every_answer_is_in_the_log(
    live: Live, registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1)
    hooks.mlops_deploy(context, registry.promote(1), target)
    with Load(live, 4) as load:
        for _ in range(2):
            load.more(100)
            pid = live.address.pid
            kill(pid)
            live.until(lambda dead=pid: live.address.pid != dead and live.status("/ready") == 200)
    assert load.lost > 0
    assert load.wrong == 0
    connection = sqlite3.connect(f"file:{live.place.log}?mode=ro", uri=True)
    logged = {row[0] for row in connection.execute("SELECT request_id FROM predictions")}
    connection.close()
    assert len(load.answered) > 200
    assert set(load.answered) <= logged


def test_nothing_is_left_on_the_port_when_the_service_was_killed(
    live: Live, registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1)
    registry.promote(1)
    live.start()
    worker = children(live.address.pid)
    assert len(worker) == 1
    kill(live.address.pid)
    live.until(lambda: not any(process.started(pid) for pid in worker), 5.0)
    assert hooks.mlops_observe(context, target) is None


def test_killed_supervisor_leaves_the_service_and_is_replaced(
    live: Live, registry: Registry, target: Target, context: Context
) -> None:
    registry.add(1)
    version = registry.promote(1)
    hooks.mlops_deploy(context, version, target)
    supervisor, service = read_supervisor(live.place), live.address
    assert supervisor is not None
    kill(supervisor.pid)
    live.until(lambda: not supervisor.alive)
    hooks.mlops_deploy(context, version, target)
    assert live.address.pid == service.pid
    new = read_supervisor(live.place)
    assert new is not None
    kill(service.pid)
    live.until(lambda: live.address.pid != service.pid and live.status("/ready") == 200)


def test_somebody_else_on_the_address_is_not_taken_for_the_service(
    live: Live, registry: Registry, target: Target, context: Context, stranger: int
) -> None:
    registry.add(1)
    registry.promote(1)
    live.start()
    note = live.address
    moved = address.Address(host=note.host, port=stranger, token=note.token, pid=note.pid, since=note.since)
    address.write(live.place.address, moved)
    try:
        with pytest.raises(CouldNotTellError, match="something else than the service"):
            hooks.mlops_observe(context, target)
    finally:
        address.write(live.place.address, note)


@pytest.fixture
def stranger() -> Iterator[int]:
    """Another program that answers on a port."""

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"model": "delay", "token": "other", "ready": true, "pid": 1, "version": 1}')

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def children(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in found.stdout.split()]


def test_a_package_is_not_for_this_plugin(target: Target, context: Context) -> None:
    from mlops_ext.contract.pipeline import Package

    package = Package(name="p", revision="r", digest="sha256:0", path=str(Path("/")), size=1)
    assert hooks.mlops_deploy(context, package, target) is None
