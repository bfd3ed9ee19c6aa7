"""Asking plugins one at a time, so that every answer and every fault has a name."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import msgspec
import pluggy

from mlops_ext import signals
from mlops_ext.answers import checked
from mlops_ext.contract import hookspecs
from mlops_ext.contract.checks import Fault, Report
from mlops_ext.contract.policy import POLICIES
from mlops_ext.early import Early
from mlops_ext.errors import (
    CouldNotTellError,
    InterruptedByUser,
    MlopsExtError,
    SettingsError,
)
from mlops_ext.misfit import told
from mlops_ext.registry import Registry, Row

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What one plugin said to one hook: a value, or the error that kept it from answering."""

    plugin: str
    label: str
    value: Any = None
    error: MlopsExtError | None = None
    seconds: float = 0.0


class Dispatcher:
    """Calls hooks through pluggy, one implementation per call."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)
        for row in registry.ready:
            self._manager.register(row.module, name=row.name)
        self._early: dict[str, Early] = {}

    def ask_all(self, hook: str, **arguments: Any) -> list[Answer]:
        """Everyone who answers the hook, in the order of names; one that raises silences no other."""
        return [self._ask(row, hook, arguments) for row in self.registry.with_hook(hook)]

    def ask_role(self, hook: str, **arguments: Any) -> Any:
        """The one plugin that has the hook's role, or None where nobody has; what it raises is raised."""
        row = self.registry.with_role(POLICIES[hook].role)
        return self._value(row, hook, arguments) if row else None

    def ask_kind(self, hook: str, kind: str, **arguments: Any) -> Any:
        """The plugin that declares a kind of target; nobody is a settings error."""
        row = self.registry.with_kind(kind)
        if row is None:
            raise SettingsError(
                f"no plugin in `plugins` can deploy to a target of kind `{kind}`",
                key="targets",
                hint="mlops-ext plugins shows who offers what",
            )
        return self._value(row, hook, arguments)

    def ask_owner(self, hook: str, **arguments: Any) -> Any:
        """The answer of the one plugin whose business it is; two are a settings error, none is None."""
        answers = [
            answer for answer in self.ask_all(hook, **arguments) if answer.value is not None or answer.error
        ]
        values = [answer for answer in answers if answer.value is not None]
        if len(values) > 1:
            both = " and ".join(answer.label for answer in values)
            raise SettingsError(f"{both} both answered {hook}", hint="take one of them out of `plugins`")
        if values:
            return values[0].value
        for answer in answers:
            if answer.error:
                raise answer.error
        return None

    def reports(self, hook: str, question: str, **arguments: Any) -> list[Report]:
        """All reports to a hook; a plugin that raised has one with its fault."""
        return [
            report for answer in self.ask_all(hook, **arguments) for report in as_reports(answer, question)
        ]

    def prepare(self, hook: str) -> None:
        """Begin to import what takes those who answer a hook seconds; who fails says so when asked."""
        for row in self.registry.with_hook(hook):
            if row.plugin and row.plugin.slow and row.name not in self._early:
                self._early[row.name] = Early(row.plugin.slow)

    def _value(self, row: Row, hook: str, arguments: dict[str, Any]) -> Any:
        if hook not in row.hooks:
            return None
        answer = self._ask(row, hook, arguments)
        if answer.error:
            raise answer.error
        return answer.value

    def _ask(self, row: Row, hook: str, arguments: dict[str, Any]) -> Answer:
        answer = self._answer(row, hook, arguments)
        signals.require_none()
        return answer

    def _answer(self, row: Row, hook: str, arguments: dict[str, Any]) -> Answer:
        others = [other.module for other in self.registry.ready if other.name != row.name]
        caller = self._manager.subset_hook_caller(hook, remove_plugins=others)
        started = time.monotonic()
        try:
            if row.name in self._early:
                self._early[row.name].require()
            # stdout is for the answer of the stage.
            with redirect_stdout(sys.stderr):
                values = caller(**arguments)
            value = checked(hook, values[0] if values else None)
        except (InterruptedByUser, KeyboardInterrupt):
            raise
        except MlopsExtError as error:
            return Answer(
                row.name, row.label, error=_named(error, row, hook), seconds=time.monotonic() - started
            )
        except BaseException as error:
            log.debug("%s, %s", row.label, hook, exc_info=error)
            return Answer(
                row.name, row.label, error=_unexpected(error, row, hook), seconds=time.monotonic() - started
            )
        return Answer(row.name, row.label, value, seconds=time.monotonic() - started)


def as_reports(answer: Answer, question: str) -> list[Report]:
    """An answer as reports that carry the plugin's name; of `None` there are none."""
    if answer.error:
        return [fault_report(answer.plugin, question, answer.error, answer.seconds)]
    found: Sequence[Report] = (answer.value,) if isinstance(answer.value, Report) else answer.value or ()
    return [
        msgspec.structs.replace(report, plugin=answer.plugin, seconds=round(answer.seconds / len(found), 3))
        for report in found
    ]


def fault_report(plugin: str, question: str, error: MlopsExtError, seconds: float = 0.0) -> Report:
    """The report of a plugin that gave no answer."""
    fault = Fault(exit_code=error.exit_code, what=error.what, where=error.where, hint=error.hint)
    return Report(question=question, plugin=plugin, fault=fault, seconds=round(seconds, 3))


def guard(plugin: str, question: str, answer: Callable[[], Sequence[Report]]) -> list[Report]:
    """The host's own answer, with the same care as a plugin's: what it raises is a fault."""
    started = time.monotonic()
    try:
        reports = list(answer())
    except (InterruptedByUser, KeyboardInterrupt):
        raise
    except BaseException as error:  # noqa: BLE001 - a fault of ours must not lose the answers of others
        signals.require_none()
        fault = error if isinstance(error, MlopsExtError) else _could_not(error, "mlops-ext")
        return [fault_report(plugin, question, fault, time.monotonic() - started)]
    # What a plugin answered is timed already; the rest of the time is for what nobody timed.
    left = time.monotonic() - started - sum(report.seconds for report in reports)
    share = round(max(left, 0.0) / max(sum(not report.seconds for report in reports), 1), 3)
    return [
        msgspec.structs.replace(report, plugin=report.plugin or plugin, seconds=report.seconds or share)
        for report in reports
    ]


def _named(error: MlopsExtError, row: Row, hook: str) -> MlopsExtError:
    error.where = ", ".join(part for part in (error.where, f"plugin {row.label}") if part)
    return error


def _unexpected(error: BaseException, row: Row, hook: str) -> CouldNotTellError:
    return _could_not(error, f"plugin {row.label}, {hook}")


def _could_not(error: BaseException, where: str) -> CouldNotTellError:
    fault = CouldNotTellError(told(error), where=where, hint="--debug shows where it was raised")
    fault.__cause__ = error
    return fault
