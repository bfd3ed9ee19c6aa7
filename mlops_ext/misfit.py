"""What an error says in one line; of one during an import, which distributions do not go together."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from traceback import walk_tb

LONGEST = 300
OURS = "mlops-ext"
MODULE = re.compile(r"\b[A-Za-z_]\w*(?:\.\w+)+")


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
    """Whether a module was being executed when it was raised; Python leaves out the frames of the import."""
    names = {frame.f_code.co_name for frame, _ in walk_tb(error.__traceback__)}
    return isinstance(error, ImportError) or "<module>" in names


def _distributions(error: BaseException) -> list[str]:
    """Those whose files were being imported, deepest last, then the one that lacked what was asked."""
    known = metadata.packages_distributions()
    found = [_of_file(frame.f_code.co_filename, known) for frame, _ in walk_tb(error.__traceback__)]
    found += [_of_module(module, known) for module in _lacking(error)]
    last = {name: number for number, name in enumerate(found) if name and not name.startswith(OURS)}
    return sorted(last, key=last.__getitem__)


def _lacking(error: BaseException) -> Iterator[str]:
    """The module that the error is about: by what it says of itself, else the first in its message."""
    said = getattr(getattr(error, "obj", None), "__name__", None) or getattr(error, "name", None)
    if isinstance(said, str):
        yield said
    elif isinstance(error, ImportError):
        yield from MODULE.findall(one_line(error))[:1]


def _of_file(file: str, known: Mapping[str, list[str]]) -> str:
    for folder in sys.path:
        if folder and Path(file).is_relative_to(folder):
            inside = Path(file).relative_to(folder)
            return _owner(known.get(inside.parts[0].removesuffix(".py"), []), inside.as_posix())
    return ""


def _of_module(name: str, known: Mapping[str, list[str]]) -> str:
    """Whose a module is, or would be: a part that is missing belongs to the nearest that is there."""
    candidates = known.get(name.partition(".")[0], [])
    place = Path(*name.split("."))
    above = [f"{folder.as_posix()}/__init__.py" for folder in (place, *place.parents)]
    return next((owner for file in (f"{place}.py", *above) if (owner := _owner(candidates, file))), "")


def _owner(candidates: list[str], path: str) -> str:
    """The one of several that share a namespace, such as `google`, to which a file belongs."""
    names = list(dict.fromkeys(candidates))
    if len(names) < 2:
        return names[0] if names else ""
    return next((name for name in names if path in map(str, metadata.files(name) or ())), "")
