"""Bytes as text, in whatever encoding a team's editor has left them."""

from __future__ import annotations


def decoded(found: bytes) -> str | None:
    """The text in these bytes; None for what is no text."""
    name = encoding(found)
    return found.decode(name).replace("\r\n", "\n") if name else None


def encoding(found: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 or 32 with or without, a code page; empty for what is no text."""
    if found.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return _fits(found, "utf-32")
    if found.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _fits(found, "utf-16")
    if found.startswith(b"\xef\xbb\xbf"):
        return _fits(found, "utf-8-sig")
    if b"\0" not in found:
        return _fits(found, "utf-8") or _fits(found, "cp1252")
    for codec, zeros in (("utf-16-le", found[1::2]), ("utf-16-be", found[::2])):
        if len(found) > 3 and zeros.count(0) > len(zeros) // 2:
            return _fits(found, codec)
    return ""


def _fits(found: bytes, codec: str) -> str:
    try:
        found.decode(codec)
    except UnicodeDecodeError:
        return ""
    return codec
