"""Start a service and wait for a version, or stop it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext import process
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.targets import Deployment
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext_serve.control.observe import STOPPED, described, observe
from mlops_ext_serve.control.project import settle
from mlops_ext_serve.place import Place
from mlops_ext_serve.serving.address import ask, read_address, read_supervisor
from mlops_ext_serve.serving.state import Answer
from mlops_ext_serve.settings import ServeSettings

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.targets import Subject, Target

LOOK_SECONDS = 0.05
TAIL = 10
ATTEMPTS = 3


def deploy(context: Context, subject: Subject, target: Target) -> Deployment | None:
    """Let the service run until it serves a model version; a deployment of status `stopped` stops it.

    The service takes versions from the registry, so the version must have been promoted. A refusal by the
    service is RefusedError; no word in time is CouldNotTellError, with what `/version` said.
    """
    if isinstance(subject, Deployment):
        return stop(context, target) if subject.status == STOPPED else None
    if not isinstance(subject, ModelVersion):
        return None
    start(context, target)
    # A service on this machine looks at once; others follow at their next poll.
    Place(Path(target.path)).wake.touch()
    return wait(context, subject, target)


def start(context: Context, target: Target) -> None:
    """Start the supervisor, which starts the service, unless it runs or something else runs the service.

    A service that outlived its supervisor gets a new one, which takes over when that service ends.
    """
    place = Place(Path(target.path))
    address = read_address(place)
    others = address is not None and address.alive and not place.supervisor.exists()
    if others or read_supervisor(place) is not None:
        return
    place.folder.mkdir(parents=True, exist_ok=True)
    project, folder = settle(context, place)
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "mlops_ext_serve.control.supervisor",
        place.folder,
        *service_command(project, target),
    ]
    process.start_detached(words, cwd=folder, env=None, log=place.output)
    until = time.monotonic() + 10.0
    while read_supervisor(place) is None and time.monotonic() < until:
        time.sleep(0.02)


def stop(context: Context, target: Target) -> Deployment:
    """End supervisor and service; requests that were taken are answered first."""
    place = Place(Path(target.path))
    settings = context.own("serve", ServeSettings)
    before = observe(target)
    supervisor, address = read_supervisor(place), read_address(place)
    if supervisor is not None:
        process.stop(supervisor.pid, settings.drain_seconds + 10.0, since=supervisor.since)
    if address is not None:
        process.stop(address.pid, settings.drain_seconds + 5.0, since=address.since)
    place.supervisor.unlink(missing_ok=True)
    if before is None:
        return described(target, None, None, STOPPED)
    return Deployment(
        target=target.name,
        kind=target.kind,
        subject=before.subject,
        status=STOPPED,
        path=target.path,
        uri=before.uri,
        started=before.started,
    )


def service_command(project: Path, target: Target) -> list[str]:
    """The host's own command for the service in the foreground."""
    model = ["--model", target.model, "--project", str(project)]
    return [sys.executable, "-m", "mlops_ext", "serve", target.name, *model]


def wait(context: Context, version: ModelVersion, target: Target) -> Deployment:
    """Wait until the service says that it serves these bytes."""
    promotion = _promotion(context, version)
    place = Place(Path(target.path))
    settings = context.own("serve", ServeSettings)
    until = time.monotonic() + min(settings.start_seconds, context.left())
    answer: Answer | None = None
    while time.monotonic() < until:
        address = read_address(place)
        answer = ask(address) if address is not None and address.alive else None
        if address is not None and answer is not None:
            if _serves(answer, version, promotion):
                return described(target, address, answer, "ready")
            _raise_refusal(answer, version, promotion, target)
        if read_supervisor(place) is None and answer is None:
            raise _ended(place, target)
        time.sleep(LOOK_SECONDS)
    raise _late(answer, version, target, place)


def _promotion(context: Context, version: ModelVersion) -> int:
    """The entry that the service has to follow: what it said of an earlier one is old."""
    champion = context.find_model(f"{version.model}@champion")
    if champion is not None and champion.promotion is not None and champion.version == version.version:
        return champion.promotion.number
    return version.promotion.number if version.promotion else 0


def _serves(answer: Answer, version: ModelVersion, promotion: int) -> bool:
    same = (answer.version, answer.digest) == (version.version, version.digest)
    return answer.ready and same and answer.promotion >= promotion


def _raise_refusal(answer: Answer, version: ModelVersion, promotion: int, target: Target) -> None:
    refused = answer.refused
    if refused is None or refused.digest != version.digest or refused.promotion < promotion:
        return
    serving = f"version {answer.version} goes on serving" if answer.ready else "nothing serves"
    if refused.final:
        raise RefusedError(f"the service refused {version.name}: {refused.why}; {serving}", where=target.name)
    if refused.attempts >= ATTEMPTS:
        raise CouldNotTellError(
            f"the service failed {refused.attempts} times to take {version.name}: {refused.why}; {serving}",
            where=target.name,
        )


def _late(answer: Answer | None, version: ModelVersion, target: Target, place: Place) -> CouldNotTellError:
    if answer is None:
        return CouldNotTellError(
            "the service does not answer", where=target.name, hint=f"look into {place.output}"
        )
    said = f"/version says version {answer.version}" if answer.ready else f"/version says: {answer.reason}"
    tried = f"; of {version.name} it says: {answer.refused.why}" if answer.refused else ""
    return CouldNotTellError(
        f"the service does not serve {version.name} in time: {said}{tried}",
        where=target.name,
        hint=f"look into {place.output}",
    )


def _ended(place: Place, target: Target) -> CouldNotTellError:
    try:
        last = process.without_secrets(place.output.read_text(errors="replace")).splitlines()[-TAIL:]
    except OSError:
        last = []
    return CouldNotTellError(
        "\n  ".join(["the service ended:", *last]), where=target.name, hint=f"look into {place.output}"
    )
