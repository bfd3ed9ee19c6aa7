"""What a plugin declares about itself, beside its hook functions: `PLUGIN = Plugin(name="dvc", ...)`."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

ROLES = ("versioning", "orchestrator", "engine", "registry", "store", "tracking", "review")


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """A plugin's name, the roles and target kinds it answers for, and the type of its own settings.

    `settings` is read strictly from `[tool.mlops-ext.<name>]`; `tools` are the distributions that it
    wraps, whose versions become part of every key; `slow` are modules that take seconds to import: a
    thread may do that while the host is still at its own part of a question.
    """

    name: str
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    settings: type[msgspec.Struct] | None = None
    tools: tuple[str, ...] = field(default=())
    slow: tuple[str, ...] = ()
