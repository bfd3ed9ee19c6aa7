"""The stand-in as a process: `python -m github_api seed.json ready.json [port]`, ended by TERM.

The seed holds `repositories` (name to fields of `Repository`) and `tokens` (value to fields of `Token`);
`ready.json` appears with the `url` once it answers, and `ready.json` + `.state` with all that it
remembers after every request, so that a test reads it by itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from github_api.server import GitHub
from github_api.state import Repository, Token


class Kept(GitHub):
    """Writes what it remembers into a file before each answer leaves."""

    state: Path

    def answer(self, request: Any) -> Any:
        try:
            return super().answer(request)
        finally:
            repositories = {name: asdict(it) for name, it in self.repositories.items()}
            log = [{"method": r.method, "path": r.path, "body": r.body} for r in self.log]
            _write(self.state, {"repositories": repositories, "log": log, "unlike": self.unlike})


def main(seed: str, ready: str, port: str = "0") -> None:
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    told = json.loads(Path(seed).read_text())
    with Kept(int(port)) as github:
        github.state = Path(f"{ready}.state")
        github.repositories = {name: Repository(name, **it) for name, it in told["repositories"].items()}
        github.tokens = {value: Token(**it) for value, it in told["tokens"].items()}
        _write(Path(ready), {"url": github.url})
        asked.wait()


def _write(place: Path, what: dict[str, Any]) -> None:
    half = place.with_name(place.name + ".half")
    half.write_text(json.dumps(what))
    os.replace(half, place)


if __name__ == "__main__":
    main(*sys.argv[1:])
