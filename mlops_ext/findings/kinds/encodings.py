"""Files of settings and requirements that are not UTF-8: one tool reads them, the next does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.requirement_files import files
from mlops_ext.reading.texts import encoding

MARK_MATTERS = (".toml", ".cfg", ".ini", ".sh", ".env", "Makefile")
ENDINGS = (
    ".yaml",
    ".yml",
    ".toml",
    ".cfg",
    ".ini",
    ".json",
    ".py",
    ".dvc",
    ".sh",
    ".env",
    "Makefile",
    "Dockerfile",
)


def find(look: Look) -> Iterator[Finding]:
    """Requirements first of all, then whatever a tool reads as text."""
    asked = files(look.tree)
    for path in sorted({*asked, *look.tree.named(*ENDINGS)}):
        found = look.tree.bytes(path)
        name = encoding(found) if found else "utf-8"
        if not name or name == "utf-8" or (found and path.endswith(".py") and b"coding" in found[:200]):
            continue
        if name == "utf-8-sig" and not path.endswith(MARK_MATTERS) and path not in asked:
            continue
        yield Finding(
            rule="undecodable-text",
            file=path,
            line=1,
            message=f"{PurePosixPath(path).name} is {_SAYS[name]}, not plain UTF-8: {_WHO[name]}",
            hint=f"iconv -f {_ICONV[name]} -t UTF-8 {path} > utf8.txt && mv utf8.txt {path}"
            if name != "utf-8-sig"
            else f"sed -i '1s/^\\xEF\\xBB\\xBF//' {path}",
            severity=_SEVERITY.get(name, ""),
        )


_SAYS = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without a byte-order mark",
    "utf-16-be": "UTF-16 without a byte-order mark",
    "utf-32": "UTF-32",
    "utf-8-sig": "UTF-8 with a byte-order mark",
    "cp1252": "in a Windows or Latin code page",
}
_WHO = {
    "utf-16": "pip reads it, Git takes it for binary (no diff, no merge), and all that expects UTF-8 stops",
    "utf-16-le": "pip and uv can't read it",
    "utf-16-be": "pip and uv can't read it",
    "utf-32": "Git takes it for binary, and all that expects UTF-8 stops",
    "utf-8-sig": "its first line begins with three bytes that not every tool leaves out",
    "cp1252": "pip, uv, Python and YAML readers end with a decoding error",
}
_SEVERITY = {"utf-16": "warning", "utf-8-sig": "info"}
_ICONV = {
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "utf-32": "UTF-32",
    "cp1252": "CP1252",
}
