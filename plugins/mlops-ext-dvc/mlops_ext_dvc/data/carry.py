"""Carry files to the remote or from it, by sha256: `python carry.py` in the DVC project, a job on stdin.

A program of its own, because DVC prints, and its clients keep threads. The job is JSON: `way` is keep or
bring, `remote` a name or empty, `files` are pairs of a digest in hex, a path and a size.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

# Beside what DVC keeps there, and deeper than its own folders: `dvc gc --cloud` takes it for nothing of its.
FOLDER = "mlops-ext"
AT_ONCE = 16


def main(job: dict[str, Any]) -> int:
    """0 when all files are where they should be; 1 with a line on stderr for each that is nowhere."""
    from dvc.repo import Repo

    with Repo(".") as repo:
        remote = repo.cloud.get_remote(job["remote"] or None)
        act = _keep if job["way"] == "keep" else _bring
        with ThreadPoolExecutor(AT_ONCE) as pool:
            told = list(pool.map(lambda file: act(remote, *file), job["files"]))
    absent = [line for line in told if line]
    sys.stderr.write("".join(f"{line}\n" for line in absent))
    return 1 if absent else 0


def _keep(remote: Any, digest: str, path: str, size: int) -> str:
    place = _place(remote, digest)
    if _size(remote, place) != size:
        remote.fs.makedirs(remote.fs.parent(place), exist_ok=True)
        remote.fs.put_file(path, place)
    return "" if _size(remote, place) == size else f"{digest} did not arrive"


def _bring(remote: Any, digest: str, path: str, size: int) -> str:
    place = _place(remote, digest)
    if _size(remote, place) is None:
        return f"{digest} is not there"
    coming = Path(f"{path}.coming")
    coming.parent.mkdir(parents=True, exist_ok=True)
    remote.fs.get_file(place, str(coming))
    with coming.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            return f"{digest} has other bytes than its name says"
    os.replace(coming, path)
    return ""


def _place(remote: Any, digest: str) -> str:
    return str(remote.fs.join(remote.path, FOLDER, digest[:2], digest))


def _size(remote: Any, place: str) -> int | None:
    try:
        return int(remote.fs.info(place)["size"])
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main(json.load(sys.stdin)))
