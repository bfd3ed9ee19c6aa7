"""Who may set a gate: outside of `local`, what opens a gate is read from the protected base revision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec

from mlops_ext import git
from mlops_ext.contract.settings import Settings
from mlops_ext.errors import CouldNotTellError
from mlops_ext.settings.find import OWN_FILE, SettingsFile, parse_text
from mlops_ext.settings.load import load_settings


def effective_settings(settings: Settings, file: SettingsFile, zone: str) -> Settings:
    """The settings with every gate as the base revision has it; in `local` as they lie here."""
    if zone == "local":
        return settings
    return with_gates(settings, base_settings(settings, file))


def base_settings(settings: Settings, file: SettingsFile) -> Settings:
    """The settings at the tip of the protected base; where it has none yet, those that lie here."""
    revision = git.base_branch(file.root, settings.base)
    text = git.show(file.root, revision, file.path.name)
    if text is None:
        return settings
    content: Any = parse_text(file.path, text)
    table = content if file.path.name == OWN_FILE else content.get("tool", {}).get("mlops-ext")
    if not isinstance(table, dict):
        raise CouldNotTellError(f"{file.path.name} at {revision} has no settings", hint="merge them first")
    return load_settings(replace(file, text=text, table=table))


def with_gates(settings: Settings, base: Settings) -> Settings:
    """`settings` with the gates of `base`: questions, approvals, counts, limits, policies, schemas."""
    return msgspec.structs.replace(
        settings,
        plugins=base.plugins,
        roles=base.roles,
        targets=base.targets,
        integrate=base.integrate,
        deliver=base.deliver,
        release=base.release,
        monitor=base.monitor,
        models={name: _gates_of_model(model, base, name) for name, model in settings.models.items()},
        data={name: _gates_of_data(table, base, name) for name, table in settings.data.items()},
    )


def _gates_of_model(model: Any, base: Settings, name: str) -> Any:
    known = base.models.get(name)
    return msgspec.structs.replace(model, release=known.release, monitor=known.monitor) if known else model


def _gates_of_data(table: Any, base: Settings, name: str) -> Any:
    known = base.data.get(name)
    if known is None:
        return table
    return msgspec.structs.replace(
        table,
        suite=known.suite,
        checkpoint=known.checkpoint,
        schema=known.schema,
        missing=known.missing,
        minimum_rows=known.minimum_rows,
    )


def loosened(settings: Settings, base: Settings) -> list[str]:
    """Every gate setting that differs from the base, as `<key> <base> to <here>`."""
    before, after = _flat(msgspec.to_builtins(base)), _flat(msgspec.to_builtins(settings))
    merged = _flat(msgspec.to_builtins(with_gates(settings, base)))
    return [
        f"{key} {before.get(key, 'unset')} to {after.get(key, 'unset')}"
        for key in sorted(set(after) | set(merged))
        if after.get(key) != merged.get(key)
    ]


def _flat(value: Any, key: str = "") -> dict[str, Any]:
    if isinstance(value, dict) and value:
        return {
            name: inner
            for part, below in value.items()
            for name, inner in _flat(below, f"{key}.{part}".strip(".")).items()
        }
    return {key: value}
