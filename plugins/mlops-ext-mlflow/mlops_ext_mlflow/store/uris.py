"""Store URIs: which kind they are, and how they are shown."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

SECRET_PART = re.compile(r"(?<=://)[^/@\s'\"]*@")


def is_server(uri: str) -> bool:
    """Whether the URI is that of a tracking server."""
    return urlsplit(uri).scheme in {"http", "https"}


def shown(uri: str) -> str:
    """The URI without user, password, query and fragment."""
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    clean = urlunsplit((parts.scheme, host, parts.path, "", ""))
    return clean if not uri.startswith(f"{parts.scheme}:///") or host else f"{parts.scheme}://{parts.path}"


def without_userinfo(text: str) -> str:
    """A tool's message without the user and password of any URI in it."""
    return SECRET_PART.sub("", text)
