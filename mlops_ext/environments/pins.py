"""Whether requirements are pins, each to one version or one content."""

from __future__ import annotations

import re

_PIN = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?\s*={2,3}\s*[^\s;,*]+\s*(;[^#]*?)?(\s+--hash=\S+)*"
)
_CONTENT = re.compile(r"\S+\s*@\s*\S+(@[0-9a-f]{40}\S*|.*--hash=\S+).*")
_OPTION = re.compile(
    r"--?(i|index-url|extra-index-url|f|find-links|no-index|no-binary|only-binary|pre|prefer-binary"
    r"|require-hashes|trusted-host)\b.*"
)
_LOGIN = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s'\"]*@")


def first_unpinned(text: str) -> str | None:
    """The first requirement that is no pin; None when all are. A file without any is no lock."""
    lines = requirements(text)
    if not any(_pinned(line) for line in lines):
        return lines[0] if lines else "an empty file"
    return next((line for line in lines if not _pinned(line) and not _OPTION.fullmatch(line)), None)


def requirements(text: str) -> list[str]:
    """The lines of a requirements file, joined where they go on, without comments."""
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = (re.sub(r"(^|\s)#.*", "", line) for line in joined.splitlines())
    return [" ".join(line.split()) for line in lines if line.strip()]


def has_hashes(text: str) -> bool:
    """Whether any requirement carries a hash, so that all have to."""
    return any("--hash=" in line for line in requirements(text))


def without_logins(text: str) -> str:
    """The text without user and password in its URLs: a lock travels in packages."""
    return _LOGIN.sub(r"\1", text)


def _pinned(line: str) -> bool:
    return bool(_PIN.fullmatch(line) or _CONTENT.fullmatch(line))
