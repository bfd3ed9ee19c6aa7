"""Names that MLflow, its URIs and our logs can all carry; one spelling per alias."""

from __future__ import annotations

import re

from mlops_ext.errors import SettingsError

MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,119}")
ALIAS = re.compile(r"[a-z][a-z0-9_-]{0,59}")
RESERVED = re.compile(r"latest|v\d+")


def check_model(name: str) -> None:
    """Refuse a name that breaks somewhere. A dot would collide with `<model>.<alias>`, an alias's log."""
    if not MODEL.fullmatch(name):
        raise SettingsError(
            f"{name!r} can't be a model's name",
            key=f"models.{name}",
            hint="letters, digits, `-` and `_`, at most 120, beginning with a letter or digit",
        )


def check_alias(alias: str) -> None:
    """Refuse an alias that MLflow reserves, or of which a second spelling would be another alias."""
    if not ALIAS.fullmatch(alias) or RESERVED.fullmatch(alias):
        raise SettingsError(
            f"{alias!r} can't be an alias",
            key="alias",
            hint="lower-case letters, digits, `-`, `_`, a letter first; `latest` and `v3` are MLflow's own",
        )
