"""What may be set: a row for each key with its sentence, and the JSON Schemas."""

from __future__ import annotations

import inspect
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from describe_plugins import declarations

from mlops_ext.contract import settings
from mlops_ext.contract.records import StageRecord
from mlops_ext.output.answer import Answer
from mlops_ext.output.errors import Failure
from mlops_ext.output.machine import Result
from mlops_ext.records.statement import PREDICATES, STATEMENT
from mlops_ext.starter.answer import InitResult

TABLES = (
    ("", settings.Settings),
    ("data.<name>", settings.DataSettings),
    ("data.<name>.csv", settings.CsvSettings),
    ("data.<name>.columns", settings.ColumnSettings),
    ("data.<name>.sample", settings.SampleSettings),
    ("models.<name>", settings.ModelSettings),
    ("models.<name>.training", settings.TrainingSettings),
    ("models.<name>.trigger", settings.TriggerSettings),
    ("models.<name>.release", settings.ReleaseSettings),
    ("models.<name>.monitor", settings.MonitorSettings),
    ("targets.<name>", settings.TargetSettings),
    ("targets.<name>.after", settings.AfterSettings),
    ("targets.<name>.service", settings.ServiceSettings),
    ("targets.<name>.limits", settings.LimitSettings),
    ("integrate", settings.IntegrateSettings),
    ("<stage>", settings.AskSettings),
)
SENTENCES = tomllib.loads((Path(__file__).parent / "keys.toml").read_text(encoding="utf-8"))


def settings_pages() -> str:
    """A table for each table of the settings."""
    known = {_key(table, field.name) for table, kind in TABLES for field in msgspec.structs.fields(kind)}
    unknown = set(SENTENCES) - known
    if unknown:
        raise ValueError(f"keys.toml describes what is no key: {sorted(unknown)}")
    return "\n\n".join(_table(table, kind) for table, kind in TABLES)


def _table(table: str, kind: type[msgspec.Struct]) -> str:
    title = f"[tool.mlops-ext.{table}]" if table else "[tool.mlops-ext]"
    rows = [_row(_key(table, field.name), field) for field in msgspec.structs.fields(kind)]
    return "\n".join(
        [
            f"## `{title}`",
            "",
            inspect.cleandoc(kind.__doc__ or ""),
            "",
            "| key | default | |",
            "|---|---|---|",
            *rows,
        ]
    )


def _row(key: str, field: Any) -> str:
    return f"| `{field.name}` | {default_of(field)} | {SENTENCES[key]} |"


def _key(table: str, name: str) -> str:
    return f"{table}.{name}" if table else name


def default_of(field: Any) -> str:
    """The default as TOML would have it; words for what is a table of its own."""
    if field.required:
        return "needed"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value is None:
        return "unset"
    if isinstance(value, msgspec.Struct) or value == {}:
        return "a table"
    return f"`{msgspec.json.encode(value).decode()}`"


def schemas(root: Path) -> dict[str, str]:
    """JSON Schemas: the settings, each plugin's own table, a record, what `--format json` prints."""
    own = {
        f"settings-{plugin.name}": msgspec.json.schema(plugin.settings)
        for _, plugin, _ in declarations(root)
        if plugin.settings
    }
    found = {
        "settings": msgspec.json.schema(settings.Settings),
        "record": _statement(msgspec.json.schema(StageRecord)),
        "answer": msgspec.json.schema(Answer),
        "init": msgspec.json.schema(InitResult),
        "result": msgspec.json.schema(Result),
        "failure": msgspec.json.schema(Failure),
        **own,
    }
    return {name: _text(name, schema) for name, schema in found.items()}


def _text(name: str, schema: dict[str, Any]) -> str:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **_clean(schema)}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _clean(value: Any) -> Any:
    """The schema with descriptions as docstrings are read: without the source's indentation."""
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    return inspect.cleandoc(value) if isinstance(value, str) else value


def _statement(predicate: dict[str, Any]) -> dict[str, Any]:
    """A record on disk: an in-toto Statement v1 around the predicate."""
    subject = {
        "type": "object",
        "required": ["name", "digest"],
        "properties": {
            "name": {"type": "string"},
            "digest": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
    return {
        "type": "object",
        "required": ["_type", "subject", "predicateType", "predicate"],
        "properties": {
            "_type": {"const": STATEMENT},
            "subject": {"type": "array", "minItems": 1, "items": subject},
            "predicateType": {"enum": sorted(PREDICATES.values())},
            "predicate": {"$ref": predicate["$ref"]},
        },
        "$defs": predicate["$defs"],
    }
