"""The first line of a comment, which nobody sees and by which our own is found again."""

from __future__ import annotations

import hashlib
import re

LONGEST = 60


def marker(stage: str, project: str, folder: str = "", name: str = "") -> str:
    """An HTML comment that no name can close; two projects, or jobs of a matrix, never share it."""
    # What follows the project says itself which of the two it is.
    words = (stage, project, *([f"{folder}/"] if folder else []), *([name] if name else []))
    return f"<!-- mlops-ext:{' '.join(_slug(word) for word in words)} -->"


def _slug(name: str) -> str:
    """The name in a closed alphabet; one that had to be changed carries its digest, so that no two meet."""
    kept = re.sub(r"[^a-z0-9._/]+", "-", name.lower()).strip("-")
    if kept == name and len(name) <= LONGEST:
        return kept
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{kept[:LONGEST]}.{digest}"
