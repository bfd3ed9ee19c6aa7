"""YAML with the line of every word. All scalars stay text, whatever type YAML makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

from mlops_ext.errors import CouldNotTellError, MlopsExtError

DEEPEST = 60
# More is no settings file: aliases of aliases of aliases.
MOST = 200_000


class Word(str):
    """A scalar and the line where its text begins."""

    line: int

    def __new__(cls, text: str, line: int) -> Word:
        made = super().__new__(cls, text)
        made.line = line
        return made


Located = dict[Word, Any] | list[Any] | Word


class NotYamlError(MlopsExtError):
    """The text is no YAML; `line` is where it stops being some."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


def load(text: str) -> Located:
    """The first document as dicts, lists and words."""
    yaml = reader()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = next(iter(yaml.compose_all(text, Loader=loader)), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error)
        raise NotYamlError(str(what).splitlines()[0], mark.line + 1 if mark else 1) from error
    return Word("", 1) if node is None else _Values().of(node, 0)


def reader() -> ModuleType:
    """PyYAML, which an extra of ours brings."""
    try:
        import yaml
    except ImportError as error:
        hint = "pip install 'mlops-ext[doctor]'"
        raise CouldNotTellError("YAML can't be read without PyYAML", hint=hint) from error
    return yaml


class _Values:
    """Nodes as values; an alias is written out each time it is used, so there is an end to it."""

    def __init__(self) -> None:
        self.left = MOST

    def of(self, node: Any, depth: int) -> Located:
        line = node.start_mark.line + 1
        self.left -= 1
        if self.left < 0:
            raise NotYamlError("its aliases stand for too much", line)
        if depth > DEEPEST:
            return Word("", line)
        if node.id == "mapping":
            return self._mapping(node, depth)
        if node.id == "sequence":
            return [self.of(child, depth + 1) for child in node.value]
        empty = node.tag == "tag:yaml.org,2002:null" and not node.style
        return Word("" if empty else node.value, line + (node.style in ("|", ">")))

    def _mapping(self, node: Any, depth: int) -> dict[Word, Any]:
        found: dict[Word, Any] = {}
        for key, value in node.value:
            name = self.of(key, depth + 1)
            if not isinstance(name, Word):
                continue
            content = self.of(value, depth + 1)
            if name == "<<" and isinstance(content, dict):
                found = {**content, **found}
            else:
                found[name] = content
        return found


def line_of(value: Located) -> int:
    """The first line that a value says something on."""
    if isinstance(value, Word):
        return value.line
    first = next(iter(value), None)
    return 1 if first is None else line_of(first)


def mapping(value: object) -> dict[Any, Any]:
    """The value as a mapping; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[Any]:
    """The value as a list; one word alone is a list of it, anything else is empty."""
    if isinstance(value, Word):
        return [value] if value else []
    return value if isinstance(value, list) else []


def words(value: Located, path: str = "") -> Iterator[tuple[str, Word]]:
    """Every word below, with the dotted path of keys to it."""
    if isinstance(value, Word):
        yield path, value
    elif isinstance(value, dict):
        for key, content in value.items():
            yield from words(content, f"{path}.{key}" if path else key)
    else:
        for content in value:
            yield from words(content, path)
