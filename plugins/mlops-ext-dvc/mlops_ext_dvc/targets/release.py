"""Making a release: unpack, environment, data, one run in it, and the marker last."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import durable, process
from mlops_ext.contract.checks import ERROR, FAIL
from mlops_ext.contract.pipeline import Source
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_dvc.packages import package as packages
from mlops_ext_dvc.packages import tarball
from mlops_ext_dvc.packages.packaged import FOLDER, LOCK, MANIFEST
from mlops_ext_dvc.targets import stock
from mlops_ext_dvc.targets.current import Marker
from mlops_ext_dvc.targets.trees import tree_digest

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.pipeline import Package, Run
    from mlops_ext_dvc.targets.current import Place, Release

SAMPLE_ROWS = 2000
INSTALL_SECONDS = 600.0
REAL = "import os, sys; print(os.path.realpath(sys.executable), sys.version.split()[0])"


def damage(release: Release) -> str:
    """What keeps a release from being used; empty when it is whole."""
    marker = release.marker()
    if marker is None:
        return "it was never finished"
    if not os.access(release.python, os.X_OK):
        return "its environment is gone"
    if not release.pipeline.is_dir() or tree_digest(release.pipeline) != marker.tree:
        return "its files are not those of the package"
    return ""


def make(context: Context, package: Package, place: Place, target: str) -> Release:
    """The release of a package: as it stands when it is whole, else made again from nothing."""
    release = place.release(package.digest)
    if not damage(release):
        return release
    release.clear()
    _unpack(context, package, release)
    tree, project = tree_digest(release.pipeline), project_in(release)
    context.say("making the environment")
    interpreter = _environment(context, package, release)
    data = stock.fill(context, place, release)
    smoke = _smoke(context, package, release, target)
    if tree_digest(release.pipeline) != tree:
        raise CouldNotTellError("the smoke run changed the release it ran from", where=str(release.pipeline))
    release.finish(
        Marker(
            package=package.name,
            digest=package.digest,
            revision=package.revision,
            environment=package.environment,
            project=project,
            tree=tree,
            interpreter=interpreter,
            data=data,
            smoke=smoke,
        )
    )
    return release


def project_in(release: Release) -> str:
    """The project's folder in the unpacked tree, `.` where it is the whole."""
    manifest = json.loads((release.pipeline / FOLDER / MANIFEST).read_bytes())
    return str(manifest["project"])


def _unpack(context: Context, package: Package, release: Release) -> None:
    file = Path(package.path)
    file = file if file.is_file() else packages.require(context, package.ref())
    release.folder.mkdir(parents=True, exist_ok=True)
    durable.step("write", shutil.copyfile, file, release.package)
    digest = durable.step("write", tarball.unpack, release.package, release.pipeline)
    if f"sha256:{digest}" != package.digest:
        release.clear()
        raise CouldNotTellError(
            f"the file of package {package.name} is not the one that was tested",
            where=context.relative(file),
            hint="remove it; the package is built again from its revision",
        )


def _environment(context: Context, package: Package, release: Release) -> str:
    from mlops_ext.environments import make_environment

    lock = (release.pipeline / FOLDER / LOCK).read_text(encoding="utf-8")
    make_environment(lock, package.python, release.venv, timeout=min(INSTALL_SECONDS, context.left()))
    return process.run([release.python, "-I", "-c", REAL], cwd=release.folder).expect().stdout.strip()


def _smoke(context: Context, package: Package, release: Release, target: str) -> str:
    """Run the pipeline on a sample in the new environment, in a run folder as a triggered run does."""
    from mlops_ext_dvc.runs import run

    name = f"smoke-{release.folder.name}"
    durable.remove_tree(release.runs / name)
    context.say("running the pipeline on a sample in the new environment")
    source = Source(
        kind="deployment",
        path=str(release.pipeline / project_in(release)),
        id=name,
        target=target,
        package=package.digest,
        python=str(release.python),
        sample_rows=_rows(context),
    )
    return _judge(context, run.run_pipeline(context, source, (), ()))


def _judge(context: Context, ran: Run) -> str:
    broken = [check for check in ran.checks if check.status in (FAIL, ERROR) and check.strict]
    if ran.status == "finished" and not broken:
        return f"{ran.id}: {len(ran.steps)} steps finished"
    if ran.status == "finished":
        raise RefusedError(
            f"the smoke run: {broken[0].message}; the target was left as it is",
            where=broken[0].where,
            hint=broken[0].hint,
        )
    failed = [step.name for step in ran.steps if step.how == "failed"]
    raise RefusedError(
        f"the smoke run {ran.status} at {', '.join(failed) or 'its start'}; the target was left as it is",
        where=context.relative(ran.log) if ran.log else "",
        hint="the log says why; `mlops-ext integrate` runs the same sample from the workspace",
    )


def _rows(context: Context) -> int:
    given = [table.sample.rows for table in context.settings.data.values() if table.sample]
    return max(given, default=SAMPLE_ROWS)
