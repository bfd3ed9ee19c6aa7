"""One call of mlops-ext on one project: settings, plugins, context and records, opened together."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import discovery, durable, git
from mlops_ext import registry as plugins
from mlops_ext.contract.context import Context
from mlops_ext.contract.records import RecordQuery, StoredRecord
from mlops_ext.contract.settings import Settings
from mlops_ext.contract.targets import Target
from mlops_ext.desk import HostDesk
from mlops_ext.dispatch import Dispatcher
from mlops_ext.environments.digest import Environment, environment_of
from mlops_ext.environments.project import project_python
from mlops_ext.errors import CouldNotTellError, SettingsError, UsageError
from mlops_ext.files import DigestCache
from mlops_ext.records.book import Book
from mlops_ext.records.index import Index
from mlops_ext.settings.duration import duration
from mlops_ext.settings.find import SettingsFile, find_settings
from mlops_ext.settings.gate import effective_settings
from mlops_ext.settings.load import load_settings
from mlops_ext.settings.loosened import GateChange, changes
from mlops_ext.zone import zone

if TYPE_CHECKING:
    from mlops_ext.kept.store import KeptStore
    from mlops_ext.staged import Staged


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line said for every command. `staged`: the project is the copy of an index."""

    project: Path | None = None
    staged: Staged | None = None
    model: str = ""
    dry_run: bool = False
    force: bool = False
    plugins: tuple[str, ...] = ()
    local: bool = False
    say: Callable[[str], None] = lambda message: None
    tell: Callable[[str], None] = lambda message: None


class Session:
    """Opened once per command. What is not needed is not made: `--help` costs nothing of this."""

    def __init__(self, file: SettingsFile, options: Options) -> None:
        self.file = file
        self.options = options
        # What leaves no record is drawn by nobody, so nothing is counted for its pictures.
        self.recorded = not options.dry_run
        self.zone = zone()
        self.given = load_settings(file)
        self.settings = effective_settings(self.given, file, self.zone)
        self.registry = plugins.build(_named(self.settings, options), dict(self.settings.roles))
        self.dispatcher = Dispatcher(self.registry)
        self.started = time.monotonic()
        self.kept: KeptStore | None = None
        self._desk = desk = HostDesk(self.dispatcher, file)
        self.context = self._context(desk)
        _keep_out_of_git(self.context.state)
        self.book = Book(
            self.context.project, Index(self.context.state / "records"), self._find_records, self._save_record
        )
        desk.context = self.context
        desk.book = self.book

    def defer(self, seconds: float) -> None:
        """What we waited for others is no time of ours."""
        self.context = replace(self.context, deadline=self.context.deadline + seconds)
        self._desk.context = self.context

    @property
    def origin(self) -> Path:
        """Where the team works on the project: its root, or the work tree that it was copied from."""
        staged = self.options.staged
        return staged.back(self.file.root) if staged else self.file.root

    @cached_property
    def tools(self) -> dict[str, str]:
        """Versions of plugins and of the tools they wrap: part of every key."""
        own = {row.name: row.label for row in self.registry.rows}
        return own | discovery.tool_versions(self.registry.tools())

    @cached_property
    def environment(self) -> Environment:
        """The project environment, by what is installed in it."""
        return environment_of(Path(self.context.python))

    @cached_property
    def digests(self) -> DigestCache:
        """sha256 of the project's files; kept between calls."""
        return DigestCache(self.context.state / "digests.json")

    @cached_property
    def executor(self) -> str:
        """Who runs this."""
        return os.environ.get("GITHUB_ACTOR") or git.executor(self.context.root)

    @cached_property
    def gate_changes(self) -> tuple[GateChange, ...]:
        """What HEAD does to gates since it left the base; nothing where there is no base to compare with."""
        return self.gate_changes_of("HEAD")

    def gate_changes_of(self, head: str) -> tuple[GateChange, ...]:
        """The same for any revision in this clone."""
        root = self.context.root
        base = git.find_base(root, self.settings.base)
        if not base:
            return ()
        answers = self.dispatcher.ask_all("mlops_gate_files", context=self.context)
        for answer in answers:
            if answer.error:
                raise answer.error
        globs = [glob for answer in answers for glob in answer.value or ()]
        globs += [table.schema for table in self.settings.data.values() if table.schema]
        return tuple(changes(root, self.file.path.name, base, head, globs))

    def model(self) -> str:
        """The model that this call is about: `--model`, else the only one in the settings."""
        names = list(self.settings.models)
        if self.options.model:
            if self.options.model not in names:
                raise SettingsError(
                    f"no model `{self.options.model}`", key="models", hint=f"known: {', '.join(names)}"
                )
            return self.options.model
        if len(names) != 1:
            what = "several models" if names else "no model"
            raise SettingsError(
                f"{what} in the settings",
                key="models",
                hint="--model NAME picks one" if names else "add [models.<name>]",
            )
        return names[0]

    def target(self, name: str, *, service_of: str = "") -> Target:
        """A target by its name; the service of a model there when asked so."""
        place = self.settings.targets.get(name)
        if place is None:
            known = ", ".join(self.settings.targets)
            raise SettingsError(f"no target `{name}`", key="targets", hint=f"known: {known or 'none'}")
        path = (self.context.root / Path(place.path).expanduser()) if place.path else self.context.home / name
        if not service_of:
            return Target(name=name, kind=place.kind, path=str(path))
        own = place.service
        folder = path / "services" / service_of
        return Target(
            name=name, kind=own.kind, path=str(folder), host=own.host, port=own.port, model=service_of
        )

    def require_store(self) -> None:
        """Stages that act leave records that others must find: without a store they refuse."""
        if self.registry.with_role("store") is None and not any(row.error for row in self.registry.rows):
            raise self.registry.lacks("keeps records where they outlive this machine", "mlflow")

    def _context(self, desk: HostDesk) -> Context:
        root = self.file.root
        project = self.settings.name or self.file.project_name or git.origin_name(root)
        if not project:
            raise SettingsError(
                "the project has no name", key="name", file=self.file.path.name, hint='set name = "…"'
            )
        seconds = duration(self.settings.deadline, "deadline").total_seconds()
        return Context(
            root=root,
            top=git.top(root),
            project=project,
            settings=self.settings,
            desk=desk,
            python=str(project_python(self.origin, self.settings.python).path),
            home=_home(project),
            zone=self.zone,
            model=self.options.model,
            deadline=time.monotonic() + seconds,
            dry_run=self.options.dry_run,
            force=self.options.force,
            say=self.options.say,
            tell=self.options.tell,
        )

    def _find_records(self, query: RecordQuery) -> list[StoredRecord]:
        return list(self.dispatcher.ask_role("mlops_find_records", context=self.context, query=query) or ())

    def _save_record(self, record: StoredRecord) -> None:
        self.dispatcher.ask_role("mlops_save_record", context=self.context, record=record)
        if self.kept:
            self.kept.add(record)


def open_session(options: Options) -> Session:
    """The session for the project at `--project`, or the nearest one above the current folder."""
    if options.staged:
        return Session(_staged_settings(options.staged, options.project or Path.cwd()), options)
    start = (options.project or Path.cwd()).absolute()
    if not start.is_dir():
        raise CouldNotTellError(f"{start} is no folder")
    return Session(find_settings(start), options)


def _staged_settings(staged: Staged, project: Path) -> SettingsFile:
    try:
        return find_settings(staged.there(project.resolve()), staged.top)
    except UsageError as error:
        hint = "`git add` the file with the settings; mlops-ext init writes one"
        raise UsageError("no settings in what is staged", file=str(project), hint=hint) from error


def _named(settings: Settings, options: Options) -> tuple[str, ...]:
    """The plugins to ask: those that the settings name, or the part of them that the command line names."""
    other = [name for name in options.plugins if name not in settings.plugins]
    if other:
        raise UsageError(f"--plugins {other[0]}: the settings do not name it", key="plugins")
    return options.plugins or settings.plugins


def _keep_out_of_git(state: Path) -> None:
    if not state.exists():
        durable.write_text(state / ".gitignore", "*\n")


def _home(project: str) -> Path:
    given = os.environ.get("MLOPS_EXT_HOME")
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(given) if given else Path(data) / "mlops-ext" / project
