"""Requests to the service over HTTP, in time order, every one of them counted."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pandas as pd

ROWS = 250


class Traffic:
    """Sends flights to `/invocations`; what is not 200 with a prediction for each row has failed."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.host = urlsplit(address).netloc
        self._lock = threading.Lock()
        self._counts = [0, 0, 0]

    def counts(self) -> tuple[int, int, int]:
        """(requests, rows, failed requests) so far."""
        with self._lock:
            requests, rows, failed = self._counts
        return requests, rows, failed

    def send(self, flights: pd.DataFrame) -> None:
        """All flights once, by one connection."""
        self._all(_bodies(flights), threading.Event())

    @contextmanager
    def flowing(self, flights: pd.DataFrame) -> Iterator[None]:
        """Two connections send small requests again and again, until the block ends."""
        bodies = _bodies(flights.head(400), rows=4)
        stop = threading.Event()
        threads = [threading.Thread(target=self._again, args=(bodies, stop), daemon=True) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _again(self, bodies: list[tuple[int, bytes]], stop: threading.Event) -> None:
        while not stop.is_set():
            self._all(bodies, stop, pause=0.02)

    def _all(self, bodies: list[tuple[int, bytes]], stop: threading.Event, pause: float = 0.0) -> None:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        for rows, body in bodies:
            if stop.is_set():
                break
            well = self._one(connection, rows, body)
            with self._lock:
                self._counts[0] += 1
                self._counts[1] += rows
                self._counts[2] += not well
            stop.wait(pause)
        connection.close()

    def _one(self, connection: http.client.HTTPConnection, rows: int, body: bytes) -> bool:
        try:
            connection.request("POST", "/invocations", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            return answer.status == 200 and len(json.loads(content)["predictions"]) == rows
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            connection.close()
            return False


def _bodies(flights: pd.DataFrame, rows: int = ROWS) -> list[tuple[int, bytes]]:
    found = []
    for start in range(0, len(flights), rows):
        part = flights.iloc[start : start + rows]
        text = part.to_json(orient="records", date_format="iso", date_unit="s")
        found.append((len(part), f'{{"dataframe_records": {text}}}'.encode()))
    return found
