"""Carry files to the remote or from it, by sha256: `python carry.py` in the DVC project, a job on stdin.

A program of its own, because DVC prints, and its clients keep threads. The job is JSON: `way` is keep or
bring, `remote` a name, `files` are lists of a digest in hex, a path and a size.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Beside what DVC keeps there, and deeper than its own folders: `dvc gc --cloud` takes it for nothing of its.
FOLDER = "mlops-ext"
AT_ONCE = 16


def main(job: dict[str, Any]) -> int:
    """0 when all files are where they should be; 1 with a line on stderr for each that is nowhere."""
    from dvc.config import Config
    from dvc.fs import get_cloud_fs

    kind, options, path = get_cloud_fs(Config(str(Path(".dvc").resolve())), name=job["remote"])
    act, place = (_keep if job["way"] == "keep" else _bring), Place(kind(**options), path)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda file: act(place, *file), job["files"]))
    absent = [line for line in told if line]
    sys.stderr.write("".join(f"{line}\n" for line in absent))
    return 1 if absent else 0


@dataclass(frozen=True)
class Place:
    """Our part of a remote."""

    fs: Any
    path: str

    def of(self, digest: str) -> str:
        """Where a file is."""
        return str(self.fs.join(self.path, FOLDER, digest[:2], digest))

    def size(self, digest: str) -> int | None:
        """How long it is there; None where it is not."""
        try:
            return int(self.fs.info(self.of(digest))["size"])
        except FileNotFoundError:
            return None


def _keep(there: Place, digest: str, path: str, size: int) -> str:
    if there.size(digest) != size:
        there.fs.makedirs(there.fs.parent(there.of(digest)), exist_ok=True)
        there.fs.put_file(path, there.of(digest))
    return "" if there.size(digest) == size else f"{digest} did not arrive"


def _bring(there: Place, digest: str, path: str, _size: int) -> str:
    coming = Path(f"{path}.coming")
    coming.parent.mkdir(parents=True, exist_ok=True)
    try:
        there.fs.get_file(there.of(digest), str(coming))
    except FileNotFoundError:
        return f"{digest} is not there"
    with coming.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            return f"{digest} has other bytes than its name says"
    os.replace(coming, path)
    return ""


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
