"""Tables in a folder of their own, opened as the host opens them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from mlops_ext.contract.context import Context
from mlops_ext.contract.settings import Settings
from mlops_ext_ibis.table import EngineTable

Open = Callable[..., EngineTable]


class Desk:
    """The host's side, as far as the engine needs it."""

    def __init__(self, own: dict[str, Any]) -> None:
        self.settings = own

    def own(self, name: str, kind: type[Any]) -> Any:
        """The plugin's own settings, read strictly."""
        return msgspec.convert(self.settings, kind)


def context_of(
    root: Path, said: list[str] | None = None, table: dict[str, Any] | None = None, **own: Any
) -> Context:
    """A context of a folder."""
    say = (said if said is not None else []).append
    settings = msgspec.convert({"plugins": ["ibis"], "data": {"t": {"path": "t", **(table or {})}}}, Settings)
    return Context(
        root=root,
        top=root,
        project="p",
        settings=settings,
        desk=Desk(own),
        python="python",
        home=root / "home",
        say=say,
    )
