"""DVC's templates: `vars`, `params.yaml`, `foreach` and `matrix`; what can't be filled in is unknown."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from mlops_ext.reading import located
from mlops_ext.reading.located import Word, mapping, sequence
from mlops_ext.reading.tree import Tree, joined

Values = Mapping[str, Any]
_HOLE = re.compile(r"(?<!\\)\$\{\s*([^}]*?)\s*\}")
_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")


def values_of(tree: Tree, folder: str, given: Any) -> dict[str, Any]:
    """What templates of one dvc.yaml may name: params.yaml, then the files and words in `vars`."""
    found = dict(_file(tree, joined(folder, "params.yaml")))
    for entry in sequence(given):
        if isinstance(entry, Word):
            path, _, keys = entry.partition(":")
            content = _file(tree, joined(folder, path))
            wanted = [key.strip() for key in keys.split(",") if key.strip()]
            found.update({key: content[key] for key in wanted if key in content} if wanted else content)
        else:
            found.update(mapping(entry))
    return found


def items(body: dict[Any, Any], values: Values) -> Iterator[tuple[str, dict[Any, Any], Values]]:
    """The stages that one entry stands for: their key, their body, and the values that they see."""
    if "foreach" in body:
        over = _looked_up(body.get("foreach"), values)
        inner = mapping(body.get("do"))
        if isinstance(over, dict):
            rows: list[tuple[Any, Any]] = list(over.items())
        else:
            rows = [(item if isinstance(item, str) else number, item) for number, item in enumerate(over)]
        for key, item in rows:
            yield str(key), inner, {**values, "item": item, "key": key}
        if not rows:
            yield "", inner, values
    elif "matrix" in body:
        axes = mapping(_looked_up(body.get("matrix"), values))
        columns = [sequence(_looked_up(axis, values)) for axis in axes.values()]
        for row in itertools.product(*columns):
            item = dict(zip(axes, row, strict=True))
            yield "-".join(str(part) for part in row), body, {**values, "item": item}
    else:
        yield "", body, values


def filled(word: str, values: Values) -> str | None:
    """The text with every `${...}` filled in; None where one is not known here."""
    known = True

    def put(hole: re.Match[str]) -> str:
        nonlocal known
        value = _value(hole[1], values)
        text = _as_text(value)
        known = known and text is not None
        return text or ""

    text = _HOLE.sub(put, word)
    return text.replace("\\${", "${") if known else None


def _looked_up(given: Any, values: Values) -> Any:
    """A list or mapping, also where it is named by `${...}`; else nothing."""
    if isinstance(given, Word):
        whole = _HOLE.fullmatch(given)
        given = _value(whole[1], values) if whole else None
    return given if isinstance(given, list | dict) else []


def _value(path: str, values: Any) -> Any:
    for step in _STEP.finditer(path):
        name = (step[1] or step[2]).strip()
        if isinstance(values, Mapping):
            values = values.get(name)
        elif isinstance(values, list) and name.isdigit() and int(name) < len(values):
            values = values[int(name)]
        else:
            return None
    return values


def _as_text(value: Any) -> str | None:
    """How DVC writes a value; a number that YAML would write in another way is left unknown."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return None
    if value.lower() in ("true", "false"):
        return value.lower()
    try:
        return value if str(float(value)) == value or str(int(value)) == value else None
    except ValueError:
        return str(value)


def _file(tree: Tree, path: str) -> dict[str, Any]:
    text = tree.text(path) if tree.has(path) else None
    if text is None:
        return {}
    try:
        if path.endswith(".toml"):
            return tomllib.loads(text)
        return {} if path.endswith(".py") else dict(mapping(located.load(text)))
    except (tomllib.TOMLDecodeError, located.NotYamlError):
        return {}
