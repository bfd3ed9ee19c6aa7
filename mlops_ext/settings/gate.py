"""Who may set a gate: outside of `local`, what opens a gate is read from the protected base revision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mlops_ext import git
from mlops_ext.contract.settings import Settings
from mlops_ext.settings.find import OWN_FILE, SettingsFile, parse_text
from mlops_ext.settings.load import load_settings

# The settings that open a gate: of the project, of each model, of each table.
SETTINGS_GATES = ("plugins", "roles", "targets", "integrate", "deliver", "release", "monitor")
MODEL_GATES = ("release", "monitor")
TABLE_GATES = ("suite", "checkpoint", "schema", "missing", "minimum_rows")


def effective_settings(settings: Settings, file: SettingsFile, zone: str) -> Settings:
    """The settings with every gate as the base revision has it; in `local` as they lie here."""
    if zone == "local":
        return settings
    return with_gates(settings, base_settings(settings, file))


def base_settings(settings: Settings, file: SettingsFile) -> Settings:
    """The settings at the tip of the protected base; where it has none yet, those that lie here."""
    revision = git.base_branch(file.root, settings.base)
    return settings_at(file.root, file.path.name, revision) or settings


def settings_at(root: Path, name: str, revision: str) -> Settings | None:
    """The settings in the file `name` of a revision; None where it held none."""
    text = git.show(root, revision, name)
    if text is None:
        return None
    path = root / name
    content: Any = parse_text(path, text)
    table = content if name == OWN_FILE else content.get("tool", {}).get("mlops-ext")
    return load_settings(SettingsFile(path, text, table)) if isinstance(table, dict) else None


def with_gates(settings: Settings, base: Settings) -> Settings:
    """`settings` with the gates of `base`: questions, approvals, counts, limits, policies, schemas."""
    return msgspec.structs.replace(
        settings,
        **{key: getattr(base, key) for key in SETTINGS_GATES},
        models={
            name: _as_in(base.models.get(name), model, MODEL_GATES) for name, model in settings.models.items()
        },
        data={name: _as_in(base.data.get(name), table, TABLE_GATES) for name, table in settings.data.items()},
    )


def _as_in(known: Any, own: Any, keys: tuple[str, ...]) -> Any:
    return msgspec.structs.replace(own, **{key: getattr(known, key) for key in keys}) if known else own
