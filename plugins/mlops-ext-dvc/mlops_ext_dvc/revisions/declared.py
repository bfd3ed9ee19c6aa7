"""Which files of parameters, metrics and plots a pipeline names at a revision: DVC's own index is asked."""

from __future__ import annotations

import os
import posixpath
import warnings
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.errors import MlopsExtError
from mlops_ext_dvc.files import faults

if TYPE_CHECKING:
    from dvc.repo import Repo

PARAMS = "params.yaml"


@dataclass(frozen=True)
class Plot:
    """A plot as `dvc.yaml` declares it; paths are relative to the DVC project. `y` are files with fields."""

    name: str
    x: tuple[str, str]
    y: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Declared:
    """Parameters files with the names that are wanted of them (none: all), metrics files, plots."""

    params: Mapping[str, tuple[str, ...]]
    metrics: tuple[str, ...]
    plots: tuple[Plot, ...]


def load(root: Path, commit: str) -> Declared:
    """What is declared at a commit, or (without one) in the workspace."""
    os.environ.setdefault("DVC_NO_ANALYTICS", "1")
    from dvc.exceptions import DvcException, NotDvcRepoError
    from dvc.repo import Repo

    try:
        with warnings.catch_warnings(), Repo(str(root)) as repo:
            warnings.filterwarnings("ignore", message=r"_NoneStep\.value")  # DVC's use of pygtrie
            with repo.switch(commit) if commit else nullcontext():
                return Declared(_params(repo), _metrics(repo), tuple(_plots(repo)))
    except NotDvcRepoError:
        return Declared({}, (), ())
    except MlopsExtError:
        raise
    except (DvcException, OSError, AttributeError, TypeError, ValueError) as error:
        raise faults.of_plan(root, error) from error


def _params(repo: Repo) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    whole = {*_named(repo, repo.index._params), PARAMS}
    for dep in repo.index.params:
        path = _relative(repo, dep.fs_path)
        found.setdefault(path, []).extend(dep.params)
        if not dep.params:
            whole.add(path)
    return dict.fromkeys(whole, ()) | {
        path: tuple(dict.fromkeys(names)) for path, names in found.items() if path not in whole
    }


def _metrics(repo: Repo) -> tuple[str, ...]:
    outs = [_relative(repo, out.fs_path) for out in repo.index.metrics]
    return tuple(dict.fromkeys([*outs, *_named(repo, repo.index._metrics)]))


def _named(repo: Repo, above: Mapping[str, Any]) -> Iterator[str]:
    for file, paths in above.items():
        folder = posixpath.dirname(_relative(repo, file))
        yield from (posixpath.normpath(posixpath.join(folder, str(path))) for path in paths)


def _plots(repo: Repo) -> Iterator[Plot]:
    defined = [plot for file, body in repo.index._plots.items() for plot in _defined(repo, file, body)]
    yield from defined
    drawn = {path for plot in defined for path, _ in plot.y}
    for out in repo.index.plots:
        path = _relative(repo, out.fs_path)
        if path not in drawn:
            yield _plot(path, out.plot if isinstance(out.plot, dict) else {}, "", path)


def _defined(repo: Repo, file: str, body: Any) -> Iterator[Plot]:
    folder = posixpath.dirname(_relative(repo, file))
    rows = (
        [row if isinstance(row, dict) else {row: None} for row in body] if isinstance(body, list) else [body]
    )
    for row in rows:
        for name, props in row.items():
            path = posixpath.normpath(posixpath.join(folder, str(name)))
            yield _plot(str(name), props or {}, folder, path)


def _plot(name: str, props: Mapping[str, Any], folder: str, path: str) -> Plot:
    x, y = props.get("x"), props.get("y")
    if not isinstance(y, dict):
        return Plot(name, (path, str(x or "")), tuple((path, field) for field in _fields(y)))
    pairs = tuple(
        (posixpath.normpath(posixpath.join(folder, str(file))), field)
        for file, fields in y.items()
        for field in _fields(fields)
    )
    if isinstance(x, dict) and x:
        source, field = next(iter(x.items()))
        return Plot(name, (posixpath.normpath(posixpath.join(folder, str(source))), _fields(field)[0]), pairs)
    return Plot(name, ("", str(x or "")), pairs)


def _fields(value: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, list) else (str(value or ""),)


def _relative(repo: Repo, path: str) -> str:
    return str(repo.fs.relpath(path, repo.root_dir)).replace(os.sep, "/")
