"""What an error says in one line; of one during an import, which distributions do not go together."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from traceback import walk_tb

LONGEST = 300
OURS = "mlops-ext"


def told(error: BaseException) -> str:
    """`ValueError: no such table`; `evidently 0.7.23 with pandas 3.1.1: ImportError: ...`."""
    names = _distributions(error) if _in_import(error) else []
    versions = [f"{name} {metadata.version(name)}" for name in names[-2:]]
    return f"{' with '.join(versions)}: {one_line(error)}" if versions else one_line(error)


def one_line(error: BaseException) -> str:
    """The type and the whole message, which may be spread over lines, or be missing, or raise itself."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - an error that can't say what it is still has a type
        words = ""
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _in_import(error: BaseException) -> bool:
    return any("importlib._bootstrap" in file for file in _files(error))


def _distributions(error: BaseException) -> list[str]:
    """Those whose files were being imported, deepest last, then the one that lacked what was asked."""
    known = metadata.packages_distributions()
    found = [name for file in _files(error) if (name := _of_file(file, known))]
    lacking = getattr(getattr(error, "obj", None), "__name__", None) or getattr(error, "name", None)
    if isinstance(lacking, str) and not isinstance(error, ModuleNotFoundError | NameError):
        found += _of_module(lacking, known)
    return [name for name in dict.fromkeys(found) if not name.startswith(OURS)]


def _files(error: BaseException) -> Iterator[str]:
    return (frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__))


def _of_file(file: str, known: Mapping[str, list[str]]) -> str:
    for folder in sys.path:
        if folder and Path(file).is_relative_to(folder):
            inside = Path(file).relative_to(folder)
            return _owner(known.get(inside.parts[0].removesuffix(".py"), []), inside.as_posix())
    return ""


def _of_module(name: str, known: Mapping[str, list[str]]) -> list[str]:
    candidates = known.get(name.partition(".")[0], [])
    inside = name.replace(".", "/")
    owner = _owner(candidates, f"{inside}.py") or _owner(candidates, f"{inside}/__init__.py")
    return [owner] if owner else []


def _owner(candidates: list[str], path: str) -> str:
    """The one of several that share a namespace, such as `google`, to which a file belongs."""
    names = list(dict.fromkeys(candidates))
    if len(names) < 2:
        return names[0] if names else ""
    return next((name for name in names if path in map(str, metadata.files(name) or ())), "")
