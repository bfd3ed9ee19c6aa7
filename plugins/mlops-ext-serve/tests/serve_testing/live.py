"""A service that a test starts, talks to, and ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext import process
from mlops_ext.contract.targets import Target
from mlops_ext_serve.place import Place
from mlops_ext_serve.serving.address import Address, read_address, read_supervisor
from serve_testing.registry import Registry

ROW = {"distance": 500.0, "hour": 9, "carrier": "UA"}


class Live:
    """The service of a target, in its own process."""

    def __init__(self, registry: Registry, target: Target, project: Path) -> None:
        self.registry = registry
        self.target = target
        self.place = Place(Path(target.path))
        self.project = project
        self.own: dict[str, Any] = {}
        self.poll_seconds = 0.1
        self.child: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The service in the foreground."""
        words = [
            self.registry.folder,
            self.project,
            msgspec.json.encode(self.target).decode(),
            json.dumps(self.own),
            json.dumps(self.poll_seconds),
        ]
        return [sys.executable, "-m", "serve_testing.run_service", *map(str, words)]

    def start(self, *, ready: bool = True) -> None:
        """Start it, and wait until it answers (and is ready)."""
        self.child = subprocess.Popen(self.command())
        self.until(lambda: self.status("/live") == 200)
        if ready:
            self.until(lambda: self.status("/ready") == 200)

    def until(self, met: Any, seconds: float = 20.0) -> None:
        """Wait for something that has to come."""
        end = time.monotonic() + seconds
        while not met():
            assert time.monotonic() < end, f"did not come in {seconds} s; /version: {self.said()}"
            time.sleep(0.02)

    def said(self) -> Any:
        """What /version says; None when nobody answers."""
        try:
            return self.get("/version")[1]
        except OSError:
            return None

    @property
    def address(self) -> Address:
        """Where it answers."""
        found = read_address(self.place)
        assert found is not None
        return found

    def status(self, path: str) -> int:
        """The status of a page; 0 when nobody answers."""
        found = read_address(self.place)
        if found is None or not found.alive:
            return 0
        try:
            return self.get(path)[0]
        except OSError:
            return 0

    def get(self, path: str) -> tuple[int, Any]:
        """A page."""
        return self._ask("GET", path, None)

    def post(self, body: Any, **headers: str) -> tuple[int, Any]:
        """A prediction request; bytes are sent as they are."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._ask("POST", "/invocations", sent, headers)

    def _ask(self, method: str, path: str, body: Any, headers: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.address.host, self.address.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return answer.status, json.loads(said) if is_json else said.decode()

    def end(self) -> None:
        """End everything that was started."""
        supervisor = read_supervisor(self.place)
        if supervisor is not None:
            process.stop(supervisor.pid, 20.0, since=supervisor.since)
        found = read_address(self.place)
        if found is not None:
            process.stop(found.pid, 10.0, since=found.since)
        if self.child is not None and self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        if self.child is not None:
            self.child.wait(10)


def kill(pid: int) -> None:
    """KILL, as the kernel does when memory is short."""
    os.kill(pid, signal.SIGKILL)
