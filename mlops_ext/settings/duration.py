"""Durations in settings: `30s`, `15m`, `12h`, `7d`, `2w`."""

from __future__ import annotations

import re
from datetime import timedelta

from mlops_ext.errors import SettingsError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str, key: str) -> timedelta:
    """The duration that a setting says."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smhdw])", text.strip())
    if not found:
        raise SettingsError(f"`{text}` is no duration", key=key, hint="write 30s, 15m, 12h, 7d or 2w")
    return timedelta(**{_UNITS[found.group(2)]: float(found.group(1))})
