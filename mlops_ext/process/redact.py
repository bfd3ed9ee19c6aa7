"""Keep secrets out of what is printed, logged and recorded."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import msgspec

T = TypeVar("T", bound="msgspec.Struct")
# The names of variables whose values are secret, with commas between them.
NAMES = "MLOPS_EXT_SECRETS"
ALWAYS = ("GITHUB_TOKEN",)
HIDDEN = "***"
# What people are told. Names, digests and addresses are looked up by machines and stay as they are.
TOLD = frozenset(
    [
        "found",
        "help",
        "hint",
        "looked_at",
        "message",
        "next",
        "notes",
        "sentence",
        "summary",
        "title",
        "what",
        "where",
        "why",
    ]
)
# Shorter values are no secrets, and would blot out words.
_SHORTEST = 6
_USERINFO = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s'\"]*@")


def without_secrets(text: str) -> str:
    """The text without values of secret variables, and with user and password taken out of every URL."""
    for value in _values():
        text = text.replace(value, HIDDEN)
    return _USERINFO.sub(rf"\1{HIDDEN}@", text)


def struct_without_secrets(value: T) -> T:
    """The same with all that people are told treated so: what a tool says of an error is kept in records."""
    if not _values():
        return value
    import msgspec

    return msgspec.convert(_treated(msgspec.to_builtins(value)), type(value))


def _values() -> list[str]:
    """The longest first: one may be a part of another."""
    names = {*os.environ.get(NAMES, "").split(","), *ALWAYS}
    values = {os.environ.get(name, "") for name in names}
    return sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)


def _treated(value: Any, told: bool = False) -> Any:
    if isinstance(value, str):
        return without_secrets(value) if told else value
    if isinstance(value, list | tuple):
        return [_treated(item, told) for item in value]
    if isinstance(value, dict):
        return {key: _treated(item, key in TOLD) for key, item in value.items()}
    return value
