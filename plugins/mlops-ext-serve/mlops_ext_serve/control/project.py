"""The project as a service reads it, for as long as it runs and whenever it is started again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable, process
from mlops_ext.errors import CouldNotTellError
from mlops_ext_serve.place import Place

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context

TRACKED = "+refs/remotes/origin/*:refs/remotes/origin/*"


def settle(context: Context, place: Place) -> tuple[Path, Path]:
    """The project's folder and the working folder for a service that starts now.

    A job's workspace is the runner's: the next job empties it, or puts a pull request there. So outside of
    `local` the service reads a clone of this revision, beside its log.
    """
    if context.zone == "local":
        return context.root, context.root
    top = context.top.resolve()
    made = place.folder / "project"
    new = place.folder / "project.new"
    for old in (new, made):
        shutil.rmtree(old, ignore_errors=True)
    _git(place.folder, "clone", "--quiet", "--", str(top), str(new))
    # The protected base is known as the runner's clone knows it.
    _git(new, "fetch", "--quiet", "--no-tags", str(top), TRACKED)
    durable.rename(new, made)
    return made / context.root.resolve().relative_to(top), place.folder


def _git(folder: Path, *words: str) -> None:
    env = {**os.environ, "GIT_LFS_SKIP_SMUDGE": "1"}
    done = process.run(["git", *words], cwd=folder, env=env)
    if done.code:
        raise CouldNotTellError(
            f"the service's clone of the project could not be made: {done.stderr.strip()[-200:]}",
            where="git " + words[0],
        )
