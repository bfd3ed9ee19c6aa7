"""Targets of kind `folder`: a pipeline installed beside the last one, and a link that is switched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.contract.pipeline import Package
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.targets import Deployment
from mlops_ext_dvc.settings import DvcSettings
from mlops_ext_dvc.targets import machine
from mlops_ext_dvc.targets.current import Place, Release
from mlops_ext_dvc.targets.release import damage, make
from mlops_ext_dvc.targets.turn import turn

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.targets import Subject, Target

KIND = "folder"


def check_target(context: Context, subject: Subject, target: Target) -> Report | None:
    """Whether this machine has what the package needs; the question is `target`."""
    if target.kind != KIND or not isinstance(subject, Package):
        return None
    return machine.check(context, subject, target)


def deploy(context: Context, subject: Subject, target: Target) -> Deployment | None:
    """Make the package the current release; one that is there already is switched to, not made again."""
    if target.kind != KIND or not isinstance(subject, Package):
        return None
    place = Place(Path(target.path))
    wait = min(context.own("dvc", DvcSettings).wait_seconds, context.left())
    with turn(place.folder, wait):
        place.sweep()
        place.switch(make(context, subject, place, target.name))
        return _describe(target, place, place.release(subject.digest))


def observe(context: Context, target: Target) -> Deployment | None:
    """What the link points at, and whether it still is what was delivered."""
    place = Place(Path(target.path))
    release = place.current() if target.kind == KIND else None
    if release is None:
        return None
    problem = damage(release)
    if problem:
        context.say(f"{target.name}: the release {release.folder.name} is degraded: {problem}")
    return _describe(target, place, release, "degraded" if problem else "ready")


def _describe(target: Target, place: Place, release: Release, status: str = "ready") -> Deployment:
    marker, previous = release.marker(), place.previous()
    before = previous.marker() if previous else None
    return Deployment(
        target=target.name,
        kind=KIND,
        subject=_subject(release),
        status=status,
        path=str(release.pipeline / (marker.project if marker else ".")),
        python=str(release.python),
        started=place.since(),
        previous=before.digest if before else "",
    )


def _subject(release: Release) -> Ref:
    marker = release.marker()
    if marker is None:
        return Ref(kind="package", name=release.folder.name, uri=str(release.package))
    return Ref(kind="package", name=marker.package, digest=marker.digest, uri=str(release.package))
