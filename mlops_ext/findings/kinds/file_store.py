"""File stores: MLflow refuses them since 3.13 unless it is told otherwise (F35)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.requirement_files import files, requirements
from mlops_ext.findings.versions import below, pinned

RULE = "refused-file-store"
REFUSED_SINCE = (3, 13)
_STORE = re.compile(r"^file:|^(?:\.{0,2}[/\\])?[\w./\\~-]*$|^[A-Za-z]:[\\/]")
_NOT_A_STORE = re.compile(
    r"^(?:databricks|uc|http|https|sqlite|postgresql|mysql|mssql|x|true|false|none|null|\d*)$|\.(?:db|sqlite)$|^\S+:\d+$",
    re.IGNORECASE,
)
_SERVER = re.compile(
    r"--(?:backend-store-uri|registry-store-uri)[=\s]+['\"]?(file:\S*|\.{0,2}/?[\w./-]*mlruns\S*)"
)
_ALLOWED = "MLFLOW_ALLOW_FILE_STORE"


def find(look: Look) -> Iterator[Finding]:
    """Where one is named; milder where the pinned MLflow still takes it or somebody allowed it."""
    severity = "warning" if _still_taken(look) or _allowed(look) else ""
    said: set[tuple[str, int]] = set()
    for one in look.addresses:
        if not is_file_store(one.value, one.key) or (one.file, one.line) in said:
            continue
        said.add((one.file, one.line))
        yield _finding(one.file, one.line, one.value, severity)
    for script in look.scripts:
        for found in _SERVER.finditer(script.text):
            line = script.line + script.text.count("\n", 0, found.start())
            yield _finding(script.file, line, found[1], severity)


def is_file_store(value: str, key: str = "") -> bool:
    """`file:...`, a path, or a name without a scheme; a key that is no URI needs the scheme or `mlruns`."""
    if value.startswith("file:"):
        return True
    if key and not re.search(r"ur[il]$|tracking$", key, re.IGNORECASE):
        return False
    return bool(
        value
        and _STORE.match(value)
        and not _NOT_A_STORE.search(value)
        and ("/" in value or "mlruns" in value)
    )


def _finding(file: str, line: int, value: str, severity: str) -> Finding:
    mild = "from MLflow 3.13 on" if severity else "by MLflow since 3.13"
    return Finding(
        rule=RULE,
        file=file,
        line=line,
        message=f"{value} is a file store, refused {mild}: the first call to it raises",
        hint="use sqlite:///mlflow.db or a server; mlflow migrate-filestore takes old runs along",
        severity=severity,
    )


def _still_taken(look: Look) -> bool:
    asked = [
        one
        for path in files(look.tree)
        for one in requirements(look.tree, path)
        if one.name.startswith("mlflow")
    ]
    installed = look.packages.get("mlflow", "")
    return any(below(one.spec, REFUSED_SINCE) for one in asked) or bool(
        installed and (pinned(f"=={installed}") or REFUSED_SINCE) < REFUSED_SINCE
    )


def _allowed(look: Look) -> bool:
    return any(
        _ALLOWED in (look.tree.text(path) or "")
        for path in look.tree.named(".py", ".yml", ".yaml", ".env", ".sh", "Dockerfile", "Makefile")
    )
