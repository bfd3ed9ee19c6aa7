"""What a change does to gates: settings and gate files of two revisions, read from Git and never run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext import git
from mlops_ext.contract.settings import Settings
from mlops_ext.errors import MlopsExtError
from mlops_ext.settings.gate import MODEL_GATES, SETTINGS_GATES, TABLE_GATES, settings_at

# How a number opens its gate: "up" is looser the larger it is. 0 is "no limit" where it is in LIMITS.
_UP = {"margin", "floor", "drop", "persistence"}
_DOWN = {"minimum_rows", "minimum_coverage", "golden_requests", "runs", "confidence"}
_LISTS = {"plugins", "ask", "slices"}
_LIMITS = {"memory_mb", "disk_mb", "model_mb", "latency_ms"}
_TABLES = ("data", "models", "targets")
_ORDER = {
    "missing": ("error", "skip"),
    "policy": ("better", "not-worse"),
    "approval": ("github", "local", ""),
}


class GateChange(msgspec.Struct, frozen=True, kw_only=True):
    """One gate that differs; `loosens` says that it opens more easily now. Others are tighter, or other."""

    said: str
    loosens: bool


def changes(root: Path, name: str, base: str, head: str, globs: Sequence[str] = ()) -> list[GateChange]:
    """What the revision `head` did to gates since it left `base`; `name` is the file of the settings.

    `root` is the project, and `globs` name gate files relative to it. A base without settings had no gate.
    """
    since = git.merge_base(root, base, head)
    before = settings_at(root, name, since)
    if before is None:
        return []
    return [*_of_settings(root, head, name, before), *_of_files(root, since, head, globs)]


def _of_settings(root: Path, head: str, name: str, before: Settings) -> list[GateChange]:
    try:
        after = settings_at(root, name, head)
    except MlopsExtError as error:
        return [GateChange(said=f"{name} can't be read any more: {error.what}", loosens=False)]
    if after is None:
        return [GateChange(said=f"the settings in {name} are taken away", loosens=True)]
    return list(compared(before, after))


def _of_files(root: Path, since: str, head: str, globs: Sequence[str]) -> Iterator[GateChange]:
    words = {"D": ("deleted", True), "M": ("changed", False), "T": ("changed", False)}
    for status, path in git.changed(root, since, head, globs) if globs else ():
        if status in words:
            word, loosens = words[status]
            yield GateChange(said=f"{path} {word}", loosens=loosens)


def compared(before: Settings, after: Settings) -> Iterator[GateChange]:
    """Every gate that differs, `<key> <before> to <after>`; what is new only asks more."""
    old, new = gates(before), gates(after)
    gone = [entry for entry in sorted(_entries(old)) if not any(key.startswith(entry) for key in new)]
    for entry in gone:
        yield GateChange(said=f"{entry.rstrip('.')} is taken away", loosens=True)
    for table in sorted(_emptied(old, new)):
        yield GateChange(said=f"{table} is taken away", loosens=table != "roles")
    for key, value in sorted(old.items()):
        if key in new and new[key] != value:
            said = f"{key} {_shown(value)} to {_shown(new[key])}"
            yield GateChange(said=said, loosens=_looser(key, value, new[key]))


def _emptied(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Tables that had keys, of which the name is left; entries of `_TABLES` say so themselves."""
    emptied = {key for key in new if key not in old and any(other.startswith(f"{key}.") for other in old)}
    return emptied - set(_TABLES)


def gates(settings: Settings) -> dict[str, Any]:
    """Every setting that opens a gate, by its key."""
    plain: dict[str, Any] = msgspec.to_builtins(settings)
    found = {key: plain[key] for key in SETTINGS_GATES}
    found["models"] = _parts(plain["models"], MODEL_GATES)
    found["data"] = _parts(plain["data"], TABLE_GATES)
    return _flat(found)


def _parts(tables: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {name: {key: table[key] for key in keys} for name, table in tables.items()}


def _entries(keys: dict[str, Any]) -> set[str]:
    """Tables, models and targets, as the beginning of their keys."""
    parts = (key.split(".") for key in keys)
    return {
        f"{first}.{second}." for first, second, *_ in (p for p in parts if len(p) > 1) if first in _TABLES
    }


def _looser(key: str, before: Any, after: Any) -> bool:
    word = key.rpartition(".")[2]
    if word in _ORDER:
        order = _ORDER[word]
        before, after = (_approval(value) if word == "approval" else value for value in (before, after))
        return before in order and after in order and order.index(after) > order.index(before)
    if word in _LISTS and isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return not set(before) <= set(after)
    if word == "sample" and after is False:
        return True
    for words, looser in _NUMBERS:
        if word in words and isinstance(before, int | float) and isinstance(after, int | float):
            return looser(before, after)
    return bool(before) and not after and word not in _LISTS


_NUMBERS: tuple[tuple[set[str], Callable[[float, float], bool]], ...] = (
    (_UP, lambda before, after: after > before),
    (_DOWN, lambda before, after: after < before),
    (_LIMITS, lambda before, after: bool(before) and (not after or after > before)),
)


def _approval(value: Any) -> str:
    return "github" if value is True else value or ""


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if value not in ("", None, {}) else "unset"


def _flat(value: Any, key: str = "") -> dict[str, Any]:
    if isinstance(value, dict) and value:
        return {
            name: inner
            for part, below in value.items()
            for name, inner in _flat(below, f"{key}.{part}".strip(".")).items()
        }
    return {key: value}
