"""The four linters, as a team would call them, in a repository."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

TOOLS = Path(sys.executable).parent
ZIZMOR = ("--offline", "--no-progress", "--quiet", "--strict-collection", "--persona", "auditor")
# Neither act nor an Enterprise Server of today knows `cache-mode`, and nothing here uses a cache.
IGNORE = "has no explicit cache access limit"
LINTERS = {
    "actionlint": ("actionlint", "-oneline", "-ignore", IGNORE),
    "jactionlint": ("jactionlint", "--oneline", "--no-color"),
    "zizmor": ("zizmor", *ZIZMOR, "--format", "plain"),
    "check-jsonschema": ("check-jsonschema", "--builtin-schema"),
}
RULE = re.compile(r"^\w+\[([\w-]+)\]:|\[([\w-]+)\]$", re.MULTILINE)


def lint(linter: str, root: Path, *files: str) -> tuple[int, str]:
    """The exit code of a linter, and what it says of some files of a repository."""
    words = list(LINTERS[linter])
    if linter == "check-jsonschema":
        kind = "actions" if files[0].endswith(("action.yml", "action.yaml")) else "workflows"
        words.append(f"vendor.github-{kind}")
    done = subprocess.run([TOOLS / words[0], *words[1:], *files], cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def rules(said: str) -> set[str]:
    """The rules that were broken."""
    return {first or second for first, second in RULE.findall(said)}
