"""The first line of a comment, which nobody sees and by which our own is found again."""

from __future__ import annotations

import hashlib
import re

LONGEST = 60


def marker(stage: str, project: str, folder: str = "") -> str:
    """An HTML comment that no name can close; two projects of one repository never share it."""
    words = (stage, project, *([folder] if folder else []))
    return f"<!-- mlops-ext:{' '.join(_slug(word) for word in words)} -->"


def _slug(name: str) -> str:
    """The name in a closed alphabet; one that had to be changed carries its digest, so that no two meet."""
    kept = re.sub(r"[^a-z0-9._/]+", "-", name.lower()).strip("-")
    if kept == name and len(name) <= LONGEST:
        return kept
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{kept[:LONGEST]}.{digest}"
