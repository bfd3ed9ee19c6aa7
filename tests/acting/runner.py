"""One call of act: what it needs so that nothing outside the test's folders is read, asked or fetched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from acting.acted import Acted
from acting.uses import mapped

LABELS = ("ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04", "self-hosted")
TOOLS = Path(sys.executable).parent
QUIET = {
    "DVC_NO_ANALYTICS": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "true",
}
KEPT = ("GIT_CONFIG_GLOBAL", "XDG_DATA_HOME", "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "TMPDIR")


@dataclass
class Act:
    """act with a home, caches and artifacts of its own under `scratch`; `checkout` is our repository."""

    scratch: Path
    checkout: Path
    _calls: Iterator[int] = field(default_factory=count)

    def __call__(
        self,
        event: str,
        workflow: str | Path,
        folder: Path,
        *extra: str,
        payload: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        artifacts: Path | None = None,
        timeout: float = 300,
    ) -> Acted:
        """Run a workflow of `folder` (a Git repository) as `event` would.

        `env` reaches act and every step. `artifacts` of an earlier run can be downloaded in this one.
        """
        place = self.scratch / f"act-{next(self._calls)}"
        place.mkdir(parents=True)
        kept = artifacts or place / "artifacts"
        # What act sets by itself, such as GITHUB_API_URL, only an option changes.
        set_again = (f"--env={name}={value}" for name, value in (env or {}).items() if name != "PATH")
        words = [*self._options(place, folder, kept, payload), *set_again, *extra]
        finished = subprocess.run(
            [
                str(TOOLS / "act"),
                event,
                "-W",
                str(workflow),
                *words,
                *(f"-s={name}" for name in secrets or {}),
            ],
            cwd=folder,
            env={**_environment(self.scratch), "STUB_ARTIFACTS": str(kept), **(env or {}), **(secrets or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        return Acted(finished.returncode, tuple(_events(finished.stdout)), finished.stderr, kept)

    def _options(
        self, place: Path, folder: Path, artifacts: Path, payload: Mapping[str, Any] | None
    ) -> Iterator[str]:
        yield from (f"-P={label}=-self-hosted" for label in LABELS)
        yield from ("--json", "--no-cache-server", f"--action-cache-path={place / 'cache'}")
        yield f"--env=STUB_ARTIFACTS={artifacts}"
        yield from mapped(self.checkout, (folder, self.checkout))
        if payload is not None:
            (place / "event.json").write_text(json.dumps(payload), encoding="utf-8")
            yield f"--eventpath={place / 'event.json'}"


def _environment(scratch: Path) -> dict[str, str]:
    """What steps inherit: our tools on PATH, an empty home, and no word of this machine's settings."""
    home = scratch / "home"
    home.mkdir(exist_ok=True)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return {
        "PATH": os.pathsep.join([str(TOOLS), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or f"{cache}/uv",
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        **QUIET,
    }


def _events(stdout: str) -> Iterator[dict[str, Any]]:
    for line in stdout.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
