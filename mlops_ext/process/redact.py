"""Keep secrets out of what is printed and logged."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s'\"]*@")


def without_secrets(text: str) -> str:
    """The text with user and password taken out of every URL in it."""
    return _USERINFO.sub(r"\1***@", text)
