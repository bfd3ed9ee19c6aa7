"""A plan, or why there is none, on its way from one process to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.errors import CouldNotTellError, MlopsExtError, SettingsError
from mlops_ext_dvc.files import plan


def encoded(root: Path, targets: tuple[str, ...]) -> bytes:
    """What `plan.load` says, also when it raises."""
    try:
        return msgspec.json.encode(plan.load(root, targets))
    except SettingsError as error:
        return msgspec.json.encode({"settings": [error.what, error.key, error.file, error.hint]})
    except MlopsExtError as error:
        return msgspec.json.encode({"error": [error.what, error.where, error.hint]})


def decoded(content: bytes) -> plan.Plan:
    """The plan; what was raised there is raised here."""
    said: dict[str, Any] = msgspec.json.decode(content)
    if "settings" in said:
        what, key, file, hint = said["settings"]
        raise SettingsError(what, key=key, file=file, hint=hint)
    if "error" in said:
        what, where, hint = said["error"]
        raise CouldNotTellError(what, where=where, hint=hint)
    return msgspec.convert(said, plan.Plan)
