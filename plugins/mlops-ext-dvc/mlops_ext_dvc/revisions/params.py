"""Parameters as text, by their dotted names; the file stands before those of other files than params.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mlops_ext.contract.refs import Setting
from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.revisions.parse import parse
from mlops_ext_dvc.revisions.reader import Reader
from mlops_ext_dvc.steps.collect import flat_params


def read(
    wanted: Mapping[str, tuple[str, ...]], reader: Reader, note: Callable[[str], None]
) -> tuple[Setting, ...]:
    """All parameters of these files; a file that can't be read is noted."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted(wanted):
        try:
            body = _body(path, reader)
        except MlopsExtError as error:
            note(f"parameters of {path}: {error}")
            continue
        found[path] = dict(_picked(body, wanted[path])) if wanted[path] else body
    return tuple(flat_params(found))


def _body(path: str, reader: Reader) -> Mapping[str, Any]:
    content = reader.read(path)
    body = parse(path, content) if content is not None else {}
    return body if isinstance(body, dict) else {"": body}


def _picked(body: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name in names:
        value: Any = body
        for part in name.split("."):
            value = value.get(part, _Absent) if isinstance(value, dict) else _Absent
        if value is not _Absent:
            yield name, value


class _Absent:
    """A name that the file does not have."""
