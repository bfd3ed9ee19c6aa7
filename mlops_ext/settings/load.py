"""Reading settings strictly: an unknown key is an error that names the nearest known one."""

from __future__ import annotations

import difflib
import re
from typing import Any, TypeVar

import msgspec

from mlops_ext.contract.settings import Settings
from mlops_ext.errors import SettingsError
from mlops_ext.settings.find import SettingsFile

S = TypeVar("S", bound=msgspec.Struct)
_UNKNOWN = re.compile(r"unknown field `([^`]*)`(?: - at `\$\.?(.*)`)?")
_AT = re.compile(r"^(.*?)(?: - at `\$\.?(.*)`)?$", re.DOTALL)
_RESERVED = {field.name for field in msgspec.structs.fields(Settings)}


def load_settings(file: SettingsFile) -> Settings:
    """The host's settings; a table named like a plugin in `plugins` is that plugin's own."""
    named = file.table.get("plugins", [])
    own = {str(name) for name in named} - _RESERVED if isinstance(named, list) else set()
    table = {key: value for key, value in file.table.items() if key not in own}
    settings = convert(table, Settings, file)
    _check_names(settings, file)
    return settings


def own_settings(file: SettingsFile, name: str, kind: type[S]) -> S:
    """A plugin's own table, read as strictly as the host's."""
    return convert(file.table.get(name, {}), kind, file, prefix=name)


def convert(table: object, kind: type[S], file: SettingsFile, prefix: str = "") -> S:
    """A table as a struct of `kind`, or a SettingsError with file, line, key and a hint."""
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        raise _explain(_named_entry(table, kind, str(error)), kind, file, prefix) from error


def _named_entry(table: object, kind: type[Any], message: str) -> str:
    """The message with the entry's name in place of `[...]`: the one that alone gives the same message."""
    head, wildcard, tail = message.partition("[...]")
    key = head.rpartition("$.")[2]
    entries = table.get(key) if isinstance(table, dict) else None
    if not wildcard or not isinstance(entries, dict):
        return message
    for name, entry in entries.items():
        try:
            msgspec.convert({**table, key: {name: entry}}, kind)  # type: ignore[dict-item]
        except msgspec.ValidationError as error:
            if str(error) == message:
                return f"{head}.{name}{tail}"
    return message


def _explain(message: str, kind: type[Any], file: SettingsFile, prefix: str) -> SettingsError:
    unknown = _UNKNOWN.search(message)
    if unknown:
        name, place = unknown.group(1), unknown.group(2) or ""
        near = _nearest_field(name, kind, place)
        hint = f"did you mean `{near[0]}`?" if near else "mlops-ext settings lists the known keys"
        if not place and not prefix and not near:
            hint = f"the settings of a plugin need its name in `plugins`; {hint}"
        return _error(f"unknown key `{name}`", _join(prefix, place, name), name, file, hint)
    found = _AT.match(message)
    what, place = (found.group(1), found.group(2) or "") if found else (message, "")
    key = _join(prefix, place.replace("[...]", ""))
    return _error(
        what, key, key.rpartition(".")[2], file, "mlops-ext settings --schema prints what is allowed"
    )


def _error(what: str, key: str, name: str, file: SettingsFile, hint: str) -> SettingsError:
    return SettingsError(what, key=key, file=f"{file.path.name}:{file.line_of(name)}", hint=hint)


def _join(*parts: str) -> str:
    return ".".join(part.strip(".") for part in parts if part.strip("."))


def _nearest_field(name: str, kind: type[Any], place: str) -> list[str]:
    """The field most like this one where it stands, else of any table."""
    schema = msgspec.json.schema(kind)
    tables = [schema, *schema.get("$defs", {}).values()]
    everywhere = {field for table in tables for field in table.get("properties", {})}
    here = _table_at(schema, place).get("properties", {})
    return difflib.get_close_matches(name, here, n=1) or difflib.get_close_matches(
        name, sorted(everywhere), n=1
    )


def _table_at(schema: dict[str, Any], place: str) -> dict[str, Any]:
    """The part of a JSON schema that a dotted path leads to."""
    table = _resolved(schema, schema)
    for word in place.replace("[...]", ".*").split(".") if place else ():
        within = table.get("properties", {}).get(word) or table.get("additionalProperties")
        table = _resolved(within, schema) if isinstance(within, dict) else {}
    return table


def _resolved(table: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    table = next((one for one in table.get("anyOf", ()) if "$ref" in one), table)
    name = table.get("$ref", "").rpartition("/")[2]
    return dict(schema["$defs"][name]) if name else table


def _check_names(settings: Settings, file: SettingsFile) -> None:
    for model, own in settings.models.items():
        _check_model_name(model, file)
        named = {key: getattr(own, key) for key in ("data", "train", "test", "labels")}
        for key, table in (*named.items(), ("training.table", own.training.table if own.training else "")):
            if table and table not in settings.data:
                near = difflib.get_close_matches(table, list(settings.data), n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"add [tool.mlops-ext.data.{table}]"
                line = key.rpartition(".")[2]
                raise _error(f"no table `{table}` in `data`", f"models.{model}.{key}", line, file, hint)
    for target, place in settings.targets.items():
        if place.approval not in (False, True, "", "local", "github"):
            raise _error(
                f"`{place.approval}` is no way to approve", f"targets.{target}.approval", "approval", file,
                "use \"local\" or \"github\"",
            )  # fmt: skip


def _check_model_name(name: str, file: SettingsFile) -> None:
    if not name or name != name.strip() or re.search(r"[/:@\x00-\x1f]", name):
        raise _error(
            f"`{name}` can't name a model", f"models.{name}", name, file, "use letters, digits and hyphens"
        )
