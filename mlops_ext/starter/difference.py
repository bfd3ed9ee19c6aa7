"""What would change in a file, as a unified diff."""

from __future__ import annotations

import difflib


def difference(before: str, after: str, path: str) -> str:
    """Lines for people; a file that is not there yet is compared with nothing."""
    name = path if before else "/dev/null"
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, path, lineterm="")
    return "\n".join(lines)
