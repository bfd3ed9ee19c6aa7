"""The plugins of a project: loaded, checked against the contract, with the roles and kinds they have."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

from mlops_ext import discovery
from mlops_ext.contract import hookspecs
from mlops_ext.contract.plugin import ROLES, Plugin
from mlops_ext.contract.policy import POLICIES
from mlops_ext.discovery import Found, Loaded
from mlops_ext.errors import CouldNotTellError, MlopsExtError, SettingsError

PREFIX = "mlops_"


@dataclass(frozen=True)
class Row:
    """One named plugin: ready with its declaration, or not, and why."""

    name: str
    label: str
    plugin: Plugin | None = None
    module: Any = None
    hooks: tuple[str, ...] = ()
    error: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Registry:
    """All named plugins, and the installed ones that are not named."""

    rows: tuple[Row, ...]
    unnamed: tuple[Found, ...] = ()
    picks: dict[str, str] = field(default_factory=dict)

    @property
    def ready(self) -> tuple[Row, ...]:
        """The plugins that can be asked."""
        return tuple(row for row in self.rows if not row.error)

    @property
    def broken(self) -> tuple[Row, ...]:
        """Named plugins that can't be asked: every gate stays closed."""
        return tuple(row for row in self.rows if row.error)

    def with_hook(self, hook: str) -> tuple[Row, ...]:
        """The plugins that answer a hook."""
        return tuple(row for row in self.ready if hook in row.hooks)

    def with_role(self, role: str) -> Row | None:
        """The one plugin that has a role; two without a pick are a settings error."""
        return self._only(role, [row for row in self.ready if row.plugin and role in row.plugin.roles])

    def with_kind(self, kind: str) -> Row | None:
        """The one plugin that declares a kind of target."""
        return self._only(kind, [row for row in self.ready if row.plugin and kind in row.plugin.kinds])

    def lacks(self, what: str, plugin: str) -> MlopsExtError:
        """The error for a job that nobody in `plugins` does; a named plugin that is broken may be the one."""
        if self.broken:
            row = self.broken[0]
            return CouldNotTellError(f"plugin {row.label} can't be asked: {row.error}", hint=row.hint)
        return SettingsError(
            f"no plugin in `plugins` {what}", key="plugins", hint=f'add "{plugin}" to `plugins`'
        )

    def tools(self) -> tuple[str, ...]:
        """The distributions that plugins wrap, and the plugins' own."""
        return tuple(sorted({tool for row in self.ready if row.plugin for tool in row.plugin.tools}))

    def _only(self, what: str, rows: list[Row]) -> Row | None:
        if what in self.picks:
            rows = [row for row in rows if row.name == self.picks[what]]
            if not rows:
                raise SettingsError(
                    f"plugin `{self.picks[what]}` does not offer `{what}`",
                    key=f"roles.{what}",
                    hint="mlops-ext plugins shows who does",
                )
        if len(rows) > 1:
            both = " and ".join(row.label for row in rows)
            raise SettingsError(
                f"{both} both offer `{what}`",
                key=f"roles.{what}",
                hint=f'set roles.{what} = "{rows[0].name}"',
            )
        return rows[0] if rows else None


def build(named: tuple[str, ...], picks: dict[str, str], found: list[Found] | None = None) -> Registry:
    """Load the named plugins, in the order of their names."""
    found = discovery.find_plugins() if found is None else found
    rows = tuple(check(discovery.load(name, found)) for name in sorted(set(named)))
    return Registry(rows, tuple(entry for entry in found if entry.name not in named), picks)


def check(loaded: Loaded) -> Row:
    """A loaded module as a row: it declares itself, and implements only hooks that exist as they are."""
    if loaded.module is None:
        return Row(loaded.name, loaded.label, error=loaded.error, hint=loaded.hint)
    plugin = vars(loaded.module).get("PLUGIN")
    hooks = _implementations(loaded.module)
    problem = _declaration_problem(loaded.name, plugin) or _hook_problem(loaded.module, hooks)
    if problem:
        return Row(
            loaded.name,
            loaded.label,
            error=problem,
            hint="its author has to mend it: docs/reference/hooks.md",
        )
    return Row(loaded.name, loaded.label, plugin, loaded.module, hooks)


def _implementations(module: Any) -> tuple[str, ...]:
    # As pluggy looks: only at functions, since a module that is imported late may raise when it is looked at.
    functions = {name: value for name, value in vars(module).items() if inspect.isroutine(value)}
    mark = f"{hookspecs.PROJECT}_impl"
    return tuple(
        sorted(name for name, value in functions.items() if name.startswith(PREFIX) or hasattr(value, mark))
    )


def _declaration_problem(name: str, plugin: object) -> str:
    if not isinstance(plugin, Plugin):
        return "it holds no `PLUGIN = Plugin(...)`"
    if plugin.name != name:
        return f"it calls itself `{plugin.name}`, its entry point says `{name}`"
    for what in ("roles", "kinds", "tools"):
        words = getattr(plugin, what)
        if not isinstance(words, tuple) or not all(isinstance(word, str) for word in words):
            return f"its `{what}` are no tuple of words"
    unknown = [role for role in plugin.roles if role not in ROLES]
    return f"it has an unknown role `{unknown[0]}`" if unknown else ""


def _hook_problem(module: Any, hooks: tuple[str, ...]) -> str:
    for hook in hooks:
        if hook not in POLICIES:
            return f"`{hook}` is no hook of this contract"
        function = getattr(module, hook)
        options = getattr(function, f"{hookspecs.PROJECT}_impl", None)
        if options is None:
            return f"`{hook}` is not marked with @hookimpl"
        if options.get("wrapper") or options.get("hookwrapper"):
            return f"`{hook}` is a wrapper: plugins are asked one at a time"
        if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
            kind = "generator" if inspect.isgeneratorfunction(function) else "coroutine"
            return f"`{hook}` is a {kind} function: an answer is returned"
        known = inspect.signature(getattr(hookspecs, hook)).parameters
        unknown = [arg for arg in inspect.signature(function).parameters if arg not in known]
        if unknown:
            return f"`{hook}` takes `{unknown[0]}`, which this contract does not pass"
    return ""
