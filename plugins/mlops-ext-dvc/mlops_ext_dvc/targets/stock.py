"""Filling the cache of a target with the data that a package names, so that nothing there depends on ours."""

from __future__ import annotations

import configparser
import math
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable, process
from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.files import cache
from mlops_ext_dvc.files.command import dvc
from mlops_ext_dvc.files.project import Files
from mlops_ext_dvc.files.tracked import Tracked
from mlops_ext_dvc.settings import DvcSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mlops_ext.contract.context import Context
    from mlops_ext_dvc.files.tracked import Item
    from mlops_ext_dvc.targets.current import Place, Release

PROJECT_CACHE = "mlops-ext-project-cache"
HEAD = "[core]\n    no_scm = true\n    analytics = false\n[cache]\n    dir = {cache}\n"
REMOTE = "['remote \"{name}\"']\n    url = {url}\n"


def fill(context: Context, place: Place, release: Release) -> str:
    """Bring what the package's pointers and lock name into the target's cache; the answer says where from.

    It names the sources in the order they were asked, the same for a call after a kill, which finds some
    of the bytes in the cache already.
    """
    configured = _configured(context)
    durable.write_text(release.dvc_config, _configuration(context, place, configured))
    copy = release.folder / "fetching"
    durable.remove_tree(copy)
    shutil.copytree(release.pipeline, copy, symlinks=True)
    _configure(context, copy, release)
    try:
        return _bring(context, copy, dict(_sources(context, configured)))
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _configure(context: Context, copy: Path, release: Release) -> None:
    # A login in the project's own configuration is used here and kept nowhere on the target.
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    own = cache.find_root(context.root) / ".dvc" / "config.local"
    parser.read([own, release.dvc_config], encoding="utf-8")
    local = copy / ".dvc" / "config.local"
    local.touch(mode=0o600)
    with local.open("w", encoding="utf-8") as file:
        parser.write(file)


def _bring(context: Context, copy: Path, sources: Mapping[str, str]) -> str:
    tracked = Tracked(Files(copy, walk=True))
    # What lies in the tree is in Git: metrics and other outputs that DVC does not cache.
    named = [item for item in tracked.outs.values() if item.md5 and not (copy / item.path).exists()]
    if not named:
        return "no data to bring"
    problem = "the project has no remote, and no cache here"
    for remote, words in sources.items():
        if _absent(copy, named):
            context.say(f"bringing data from {words}")
            problem = durable.step("store", _fetch, context, copy, remote)
    _require(copy, tracked.pointers.values(), problem)
    lost = _absent(copy, named)
    again = [f"made again when it runs: {', '.join(item.path for item in lost)}"] if lost else []
    return "; ".join([", then ".join(sources.values()), *again])


def _require(copy: Path, items: Iterable[Item], problem: str) -> None:
    lost = _absent(copy, items)
    if lost:
        raise CouldNotTellError(
            f"the data of the package can't be brought: {', '.join(item.path for item in lost)}: {problem}",
            hint="dvc push where the data is, and make the remote reachable from here",
        )


def _absent(copy: Path, items: Iterable[Item]) -> list[Item]:
    # `dvc fetch` ends with 0 also when bytes are nowhere: only the cache tells.
    return [item for item in items if not cache.in_cache(copy, item.md5)]


def _fetch(context: Context, copy: Path, remote: str) -> str:
    """Fetch what is missing; why something may be missing afterwards."""
    left = context.left()
    ended = dvc(copy, "fetch", "--remote", remote, timeout=None if math.isinf(left) else left)
    lines = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")]
    if not lines:
        return f"remote {remote} has no such bytes"
    return process.without_secrets(lines[-1].removeprefix("ERROR: "))


def _sources(context: Context, configured: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    remote = context.own("dvc", DvcSettings).remote or configured.get("core.remote", "")
    if remote:
        yield remote, f"remote {remote}"
    if _project_cache(context).is_dir():
        yield PROJECT_CACHE, "the project's cache on this machine"


def _configuration(context: Context, place: Place, configured: Mapping[str, str]) -> str:
    """Remotes that are folders get their full path: a relative one counts from the project's `.dvc`."""
    urls = {
        name.removeprefix("remote.").removesuffix(".url"): value
        for name, value in configured.items()
        if name.startswith("remote.") and name.endswith(".url") and value.startswith("/")
    }
    if _project_cache(context).is_dir():
        urls[PROJECT_CACHE] = str(_project_cache(context))
    remotes = "".join(REMOTE.format(name=name, url=url) for name, url in sorted(urls.items()))
    return HEAD.format(cache=place.cache) + remotes


def _configured(context: Context) -> dict[str, str]:
    listed = dvc(cache.find_root(context.root), "config", "--list").expect().stdout
    return dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)


def _project_cache(context: Context) -> Path:
    return cache.cache_folder(cache.find_root(context.root))
