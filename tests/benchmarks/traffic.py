"""One-row requests over kept connections, from threads, for a bounded time."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
from measure import percentile

HEADERS = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answers:
    """Milliseconds of every answered request, the rate, and how many did not answer with a prediction."""

    times: tuple[float, ...]
    rate: float
    failed: int

    def figures(self) -> dict[str, float]:
        p50, p99 = percentile(self.times, 0.5), percentile(self.times, 0.99)
        return {"p50_ms": p50, "p99_ms": p99, "per_second": self.rate, "failed": self.failed}


def week(table: Path, start: str, count: int) -> pd.DataFrame:
    """`count` flights spread over the seven days from `start`, in order."""
    flights = pd.read_parquet(table)
    begin = pd.Timestamp(start, tz="UTC")
    found = flights[(flights["time"] >= begin) & (flights["time"] < begin + pd.Timedelta(days=7))]
    return found.iloc[:: max(len(found) // count, 1)].head(count)


def bodies(flights: pd.DataFrame) -> list[bytes]:
    """Flights as they are asked about, one per request."""
    text = flights.drop(columns="late").to_json(orient="records", date_format="iso", date_unit="s")
    return [json.dumps({"dataframe_records": [row]}).encode() for row in json.loads(text)]


def send(address: str, requests: list[bytes], connections: int, seconds: float) -> Answers:
    """Ask as fast as the answers come, each connection by itself."""
    times: list[list[float]] = [[] for _ in range(connections)]
    failed = [0] * connections
    end = time.perf_counter() + seconds

    def one(index: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        number = index
        while (began := time.perf_counter()) < end:
            try:
                connection.request("POST", "/invocations", requests[number % len(requests)], HEADERS)
                answer = connection.getresponse()
                well = len(json.loads(answer.read())["predictions"]) == 1 and answer.status == 200
            except (OSError, http.client.HTTPException, ValueError, KeyError):
                connection.close()
                well = False
            times[index].append(1000 * (time.perf_counter() - began))
            failed[index] += not well
            number += connections
        connection.close()

    threads = [threading.Thread(target=one, args=(index,)) for index in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = tuple(value for part in times for value in part)
    return Answers(found, len(found) / seconds, sum(failed))
