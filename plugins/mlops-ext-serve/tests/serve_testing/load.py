"""Callers that never stop: several connections, each sending one request after the other."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from typing import Any

from serve_testing.live import ROW, Live


class Load:
    """Counts statuses and versions; `lost` are requests that got no answer at all."""

    def __init__(self, live: Live, connections: int = 8) -> None:
        self.statuses: Counter[int] = Counter()
        self.versions: Counter[int] = Counter()
        self.wrong = 0
        self.lost = 0
        self.answered: list[str] = []
        self._live = live
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._call, args=(n,)) for n in range(connections)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(30)

    def more(self, answers: int) -> None:
        """Wait until so many more predictions came."""
        before = self.versions.total()
        self._live.until(lambda: self.versions.total() > before + answers)

    def _call(self, caller: int) -> None:
        connection, number = self._connect(), 0
        while not self._end.is_set():
            number += 1
            try:
                self._one(connection, f"{caller}-{number}")
            except (OSError, http.client.HTTPException):
                self.lost += 1
                connection.close()
                time.sleep(0.02)
                connection = self._connect()
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._live.address.host, self._live.address.port, timeout=20)

    def _one(self, connection: http.client.HTTPConnection, name: str) -> None:
        body = json.dumps({"records": [{**ROW, "flight": name}]})
        connection.request("POST", "/invocations", body, {"x-request-id": name})
        answer = connection.getresponse()
        said: Any = json.loads(answer.read())
        self.statuses[answer.status] += 1
        if answer.status == 200:
            self.answered.append(name)
            self.versions[said["version"]] += 1
            self.wrong += said["predictions"] != [ROW["distance"] + said["version"]]
