"""What DVC will run, in its order. The only module that asks DVC's own index; imported when a run starts."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import MlopsExtError, SettingsError
from mlops_ext_dvc.files import faults

if TYPE_CHECKING:
    from dvc.repo import Repo


@dataclass(frozen=True)
class Step:
    """A stage with a command; paths are relative to the DVC project, `folder` is absolute.

    `elsewhere` are outputs that lie outside of the project, `live` what it reads from there.
    """

    name: str
    folder: str
    commands: tuple[str, ...]
    frozen: bool
    deps: tuple[str, ...]
    outs: tuple[str, ...]
    metrics: tuple[str, ...]
    cached: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    live: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All steps, each after those that it needs, and the metrics files that `dvc.yaml` names besides."""

    steps: tuple[Step, ...]
    metrics: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the steps."""
        return tuple(step.name for step in self.steps)

    @property
    def metric_files(self) -> tuple[str, ...]:
        """All declared metrics files."""
        declared = [path for step in self.steps for path in step.metrics]
        return tuple(dict.fromkeys([*declared, *self.metrics]))

    @property
    def cached(self) -> tuple[str, ...]:
        """All outputs that DVC keeps out of Git."""
        return tuple(path for step in self.steps for path in step.cached)


def load(root: Path, targets: tuple[str, ...] = ()) -> Plan:
    """Ask DVC's index; what is wrong in `dvc.yaml` is a settings error with file, stage and key."""
    os.environ.setdefault("DVC_NO_ANALYTICS", "1")
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with warnings.catch_warnings(), Repo(str(root)) as repo:
            warnings.filterwarnings("ignore", message=r"_NoneStep\.value")  # DVC's use of pygtrie
            return _plan(repo, root, targets)
    except MlopsExtError:
        raise
    except (DvcException, OSError, AttributeError, TypeError, ValueError) as error:
        raise faults.of_plan(root, error) from error


def _plan(repo: Repo, root: Path, targets: tuple[str, ...]) -> Plan:
    steps = []
    for stage in _ordered(repo, targets):
        if stage.cmd:
            _require_text(stage)
            steps.append(_step(stage, root))
    extra = {_relative(str(path), root) for path in _top_level_metrics(repo)}
    return Plan(tuple(steps), tuple(sorted(extra)))


def _require_text(stage: Any) -> None:
    """DVC takes `${flag}` with `flag: true` for a command and dies of it later."""
    for command in stage.cmd if isinstance(stage.cmd, list) else [stage.cmd]:
        if not isinstance(command, str):
            name = name_of(stage)
            raise SettingsError(
                f"the command of stage {name} is {str(command).lower()} ({type(command).__name__}), not text",
                key=f"stages.{name.rpartition(':')[2]}.cmd",
                file=str(stage.path_in_repo),
                hint="a template such as ${flag} must stand inside a command line",
            )


def _ordered(repo: Repo, targets: tuple[str, ...]) -> list[Any]:
    import networkx as nx

    graph = repo.index.graph
    stages = list(nx.dfs_postorder_nodes(graph))
    if not targets:
        return stages
    wanted = {found for target in targets for found in repo.stage.collect(target)}
    needed = wanted | {below for found in wanted for below in nx.descendants(graph, found)}
    return [stage for stage in stages if stage in needed]


def _step(stage: Any, root: Path) -> Step:
    local = [out for out in stage.outs if not out.is_in_repo or out.fs.protocol == "local"]
    read = [dep for dep in stage.deps if dep.protocol == "local" and dep.fs_path]
    commands = stage.cmd if isinstance(stage.cmd, list) else stage.cmd.splitlines()
    return Step(
        name=name_of(stage),
        folder=str(stage.wdir),
        commands=tuple(str(command) for command in commands),
        frozen=bool(stage.frozen),
        deps=tuple(_relative(dep.fs_path, root) for dep in read),
        outs=tuple(_relative(out.fs_path, root) for out in local),
        metrics=tuple(_relative(out.fs_path, root) for out in local if out.metric),
        cached=tuple(_relative(out.fs_path, root) for out in local if out.use_cache),
        elsewhere=tuple(str(out.def_path) for out in stage.outs if _is_elsewhere(out, root)),
        live=tuple(str(dep) for dep in stage.deps if dep.fs_path and _is_elsewhere(dep, root)),
    )


def _is_elsewhere(item: Any, root: Path) -> bool:
    return item.protocol != "local" or not Path(item.fs_path).is_relative_to(root)


def name_of(stage: Any) -> str:
    """A stage's name as DVC writes it at the root, wherever we are."""
    path = str(stage.path_in_repo)
    name = getattr(stage, "name", "")
    if not name:
        return path
    return str(name) if path == "dvc.yaml" else f"{path}:{name}"


def _top_level_metrics(repo: Repo) -> list[str]:
    from dvc.repo.metrics.show import _collect_top_level_metrics

    return list(_collect_top_level_metrics(repo))


def _relative(path: str, root: Path) -> str:
    return Path(path).relative_to(root).as_posix() if Path(path).is_relative_to(root) else path
