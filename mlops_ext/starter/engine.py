"""Tables opened by the team's engine while there are no settings yet: by those that are proposed."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from mlops_ext import registry
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import Column, ColumnRule, DataRef, SuiteDraft, Table
from mlops_ext.data.declared import DeclaredSchema
from mlops_ext.desk import HostDesk
from mlops_ext.dispatch import Dispatcher
from mlops_ext.settings.find import OWN_FILE, SettingsFile
from mlops_ext.settings.load import load_settings


class Engine:
    """Opens the tables of proposed settings; nothing is written for it, in the project or outside."""

    def __init__(self, root: Path, top: Path, text: str, say: Callable[[str], None]) -> None:
        file = SettingsFile(root / OWN_FILE, text, tomllib.loads(text))
        settings = load_settings(file)
        self.registry = registry.build(settings.plugins, {})
        self._dispatcher = Dispatcher(self.registry)
        desk = HostDesk(self._dispatcher, file)
        self.context = Context(
            root=root,
            top=top,
            project=root.name,
            settings=settings,
            desk=desk,
            python=sys.executable,
            home=root,
            say=say,
        )
        desk.context = self.context

    @property
    def reads(self) -> bool:
        """Whether a plugin here opens tables."""
        return self.registry.with_role("engine") is not None

    def open(self, name: str, declared: tuple[Column, ...] = ()) -> Table:
        """A table of the settings, with the types that its schema is going to declare."""
        return self.context.open(self._ref(name, declared))

    def draft_suite(self, name: str, schema: DeclaredSchema) -> SuiteDraft | None:
        """A first suite of the table, by the plugin whose business suites are."""
        rules = [
            ColumnRule(
                name=one,
                type=claim.type,
                nullable=claim.nullable,
                categories=claim.categories,
                low=claim.min,
                high=claim.max,
                seen=claim.seen,
            )
            for one, claim in schema.columns.items()
        ]
        draft: SuiteDraft | None = self._dispatcher.ask_owner(
            "mlops_draft_suite", context=self.context, data=self._ref(name), rules=rules
        )
        return draft

    def _ref(self, name: str, declared: tuple[Column, ...] = ()) -> DataRef:
        path = self.context.root / self.context.settings.data[name].path
        return DataRef(name=name, uri=str(path), declared=declared)
