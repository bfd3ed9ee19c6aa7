"""One digest over a tree of files, links and execute bits: what was unpacked, and is it still that?"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from mlops_ext.files import sha256_file


def tree_digest(folder: Path) -> str:
    """The sha256, as hex, over sorted names and what each file or link holds; folders alone don't count."""
    found = (Path(base) / name for base, folders, files in os.walk(folder) for name in files + folders)
    lines = sorted(_line(path, folder) for path in found)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def _line(path: Path, folder: Path) -> bytes:
    name = os.fsencode(path.relative_to(folder))
    if path.is_symlink():
        return name + b"\0link " + os.fsencode(path.readlink()) + b"\n"
    if path.is_dir():
        return b""
    executable = b"x" if path.stat().st_mode & 0o100 else b"-"
    return name + b"\0" + executable + sha256_file(path).encode() + b"\n"
