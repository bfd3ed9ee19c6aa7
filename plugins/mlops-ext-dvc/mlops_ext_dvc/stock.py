"""Filling the cache of a target with the data that a package names, so that nothing there depends on ours."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable, process
from mlops_ext.errors import CouldNotTellError

from mlops_ext_dvc.settings import DvcSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext.contract.context import Context

    from mlops_ext_dvc.current import Place, Release

LOCAL_CACHE = "mlops-ext-project-cache"
SKIPPED = {"mlops-ext-package"}
# Not the folder we are in: a team's `types.py` must not hide what DVC imports.
DVC = (sys.executable, "-P", "-m", "dvc")


def fill(context: Context, place: Place, release: Release) -> str:
    """Bring what the package's pointers and lock name into the target's cache; say from where."""
    durable.write_text(release.dvc_config, _configuration(context, place))
    copy = release.folder / "fetching"
    durable.remove_tree(copy)
    shutil.copytree(release.pipeline, copy, symlinks=True, ignore=lambda *_: SKIPPED)
    shutil.copyfile(release.dvc_config, copy / ".dvc" / "config.local")
    try:
        return durable.step("store", _fetch, context, copy)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _fetch(context: Context, copy: Path) -> str:
    sources = list(_sources(context))
    pointers = sorted(file.relative_to(copy).as_posix() for file in copy.rglob("*.dvc") if file.is_file())
    if not sources and not pointers:
        return "no data to bring"
    problem = "the project has no remote, and no cache here"
    for remote, words in sources:
        problem = _reason(_dvc(context, copy, "fetch", "--remote", remote))
        if not problem:
            return words
    for remote, words in sources:
        if not pointers or not _reason(_dvc(context, copy, "fetch", "--remote", remote, *pointers)):
            return f"{words}; what is missing of the steps' outputs will be made again"
    hint = "dvc push where the data is, and make the remote reachable from here"
    raise CouldNotTellError(f"the data of the package can't be brought: {problem}", hint=hint)


def _sources(context: Context) -> Iterator[tuple[str, str]]:
    settings = _configured(context)
    remote = context.own("dvc", DvcSettings).remote or settings.get("core.remote", "")
    if remote:
        yield remote, f"remote {remote}"
    if _project_cache(context).is_dir():
        yield LOCAL_CACHE, "the project's cache on this machine"


def _configuration(context: Context, place: Place) -> str:
    """Remotes that are folders get their full path: a relative one counts from the project's `.dvc`."""
    urls = {
        name.removeprefix("remote.").removesuffix(".url"): value
        for name, value in _configured(context).items()
        if name.startswith("remote.") and name.endswith(".url") and value.startswith("/")
    }
    if _project_cache(context).is_dir():
        urls[LOCAL_CACHE] = str(_project_cache(context))
    remotes = "".join(f"['remote \"{name}\"']\n    url = {url}\n" for name, url in sorted(urls.items()))
    return f"[core]\n    no_scm = true\n    analytics = false\n[cache]\n    dir = {place.cache}\n{remotes}"


def _configured(context: Context) -> dict[str, str]:
    listed = _dvc(context, context.root, "config", "--list").expect().stdout
    return dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)


def _project_cache(context: Context) -> Path:
    from mlops_ext_dvc.cache import cache_folder, find_root

    return cache_folder(find_root(context.root))


def _dvc(context: Context, folder: Path, *words: str) -> process.Finished:
    left = context.left()
    return process.run([*DVC, *words], cwd=folder, timeout=None if left == float("inf") else left)


def _reason(ended: process.Finished) -> str:
    """Why DVC failed; empty when it did not."""
    if ended.code == 0:
        return ""
    lines = [line for line in ended.stderr.splitlines() if line.startswith("ERROR")]
    said = lines[-1].removeprefix("ERROR: ") if lines else f"dvc ended with {ended.code}"
    return process.without_secrets(said)
