"""The published OpenAPI file: which route a path is, what its body must be, what its answer must hold."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SPEC = Path(__file__).with_name("openapi.json")
_EMPTY = {"string": "", "integer": 1, "number": 1, "boolean": False, "array": (), "null": None}
_FORMATS = {"date-time": "2026-11-25T12:00:00Z", "uri": "https://example.org/", "email": "a@example.org"}


@dataclass(frozen=True)
class Route:
    """A method of a path of the file, and what stands in the places of its names."""

    path: str
    method: str
    names: dict[str, str]

    @property
    def operation(self) -> dict[str, Any]:
        """What the file says of it."""
        return spec()["paths"][self.path][self.method]


@cache
def spec() -> dict[str, Any]:
    """The file, its schemas in the dialect that `jsonschema` reads."""
    return _modern(json.loads(SPEC.read_text(encoding="utf-8")))


def find(method: str, path: str) -> Route | None:
    """The most literal route of a path, or None."""
    for pattern, known in _routes():
        if (found := pattern.fullmatch(path)) and method.lower() in spec()["paths"][known]:
            return Route(known, method.lower(), found.groupdict())
    return None


def wrong_with_body(route: Route, body: Any) -> list[str]:
    """What GitHub would refuse in a body."""
    request = _deref(route.operation.get("requestBody", {}))
    schema = request.get("content", {}).get("application/json", {}).get("schema")
    if schema is None or (body is None and not request.get("required")):
        return []
    return _wrong({**schema, "components": spec()["components"]}, {} if body is None else body)


def wrong_with_query(route: Route, query: dict[str, str]) -> list[str]:
    """What GitHub would refuse in a query."""
    wrong = []
    for parameter in map(_deref, route.operation.get("parameters", ())):
        if parameter["in"] == "query" and (value := query.get(parameter["name"])) is not None:
            schema = _deref(parameter["schema"])
            read: Any = int(value) if schema.get("type") == "integer" and value.isdecimal() else value
            wrong += _wrong({**schema, "components": spec()["components"]}, read)
    return wrong


def answer_schema(route: Route, status: int) -> dict[str, Any] | None:
    """The schema of an answer, or None where there is no body."""
    answer = _deref(route.operation["responses"].get(str(status), {}))
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else {**schema, "components": spec()["components"]}


def complete(schema: dict[str, Any], value: Any) -> Any:
    """The value with what the schema requires besides, so that clients find every field that GitHub sends."""
    schema = _shape(schema)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        whole = {key: complete(known.get(key, {}), item) for key, item in value.items()}
        return {**{name: _made_up(known.get(name, {})) for name in schema.get("required", ())}, **whole}
    if isinstance(value, list):
        return [complete(schema.get("items", {}), item) for item in value]
    return value


def wrong_with_answer(route: Route, status: int, value: Any) -> list[str]:
    """Where an answer of the stand-in is not what GitHub publishes."""
    schema = answer_schema(route, status)
    return [] if schema is None else _wrong(schema, value)


def _made_up(schema: dict[str, Any]) -> Any:
    schema = _shape(schema)
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else "null" if "null" in kinds else kinds[0]
    if "enum" in schema:
        return schema["enum"][0]
    if kind == "object":
        return complete(schema, {})
    if kind == "array":
        return []
    return _FORMATS.get(schema.get("format", ""), "") if kind == "string" else _EMPTY[kind]


def _shape(schema: dict[str, Any]) -> dict[str, Any]:
    """The first of what a schema allows, with all that it must be."""
    schema = _deref(schema)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            others = [_deref(one) for one in schema[word]]
            return _shape(next((one for one in others if one.get("type") == "null"), others[0]))
    if "allOf" in schema:
        parts = [_shape(part) for part in schema["allOf"]]
        merged = {key: value for part in parts for key, value in part.items()}
        merged["properties"] = {k: v for part in parts for k, v in part.get("properties", {}).items()}
        merged["required"] = [name for part in parts for name in part.get("required", ())]
        return merged
    return schema


def _wrong(schema: dict[str, Any], value: Any) -> list[str]:
    errors = sorted(Draft202012Validator(schema).iter_errors(value), key=lambda error: list(error.path))
    return [f"{'/'.join(map(str, error.path)) or 'body'}: {error.message[:200]}" for error in errors]


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    paths = sorted(spec()["paths"], key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)), path) for path in paths]


def _deref(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        _, _, group, name = node["$ref"].split("/")
        node = spec()["components"][group][name]
    return node


def _modern(node: Any) -> Any:
    """OpenAPI 3.0 says `nullable`; JSON Schema has a type for it."""
    if isinstance(node, list):
        return [_modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _modern(value) for key, value in node.items()}
    if node.pop("nullable", False) is not True:
        return node
    if "type" in node:
        null = {"enum": [*node["enum"], None]} if "enum" in node else {}
        return {**node, "type": [node["type"], "null"], **null}
    return {"anyOf": [{"type": "null"}, node]}
