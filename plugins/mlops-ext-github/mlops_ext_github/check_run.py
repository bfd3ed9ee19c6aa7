"""The check run of a commit, with annotations on the lines of its files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from mlops_ext_github.words import fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from github.CheckRun import CheckRun

    from mlops_ext.contract.review import Annotation, Review
    from mlops_ext_github.hub import Hub

PERMISSION = "checks: write"
A_REQUEST = 50
# Nobody reads more, and each fifty are a request.
AT_MOST = 200
SUMMARY = 65_535
MESSAGE = 2_000
TITLE = 250
ORDER = ("failure", "warning", "notice")


def show(hub: Hub, review: Review) -> str:
    """The check run of this review, made once; a call that was killed between annotations is gone on with."""
    # As the comment: two projects, or two jobs of a matrix, never answer for each other.
    name = review.marker.removeprefix("<!--").removesuffix("-->").strip()
    external = hashlib.sha256(msgspec.json.encode(review)).hexdigest()
    annotations = _annotations(review)
    # Only a success opens a required check: what could not be told is closed like a no.
    conclusion = "success" if review.verdict == "pass" else "failure"

    def look() -> CheckRun | None:
        commit = hub.repository.get_commit(review.commit)
        known = hub.ask(lambda: list(commit.get_check_runs(check_name=name, filter="all")), PERMISSION)
        return next((run for run in known if run.external_id == external), None)

    def make() -> CheckRun:
        return hub.repository.create_check_run(
            name,
            review.commit,
            external_id=external,
            conclusion=conclusion,
            output=_output(review, annotations[:A_REQUEST]),
        )

    run, _ = hub.once(look, make, PERMISSION)
    _add(hub, run, review, annotations)
    return str(run.html_url)


def _add(hub: Hub, run: CheckRun, review: Review, annotations: Sequence[dict[str, str | int]]) -> None:
    """What GitHub does not have yet. It adds what is sent, so a lost answer is looked for."""
    for start in range(run.output.annotations_count, len(annotations), A_REQUEST):
        part = annotations[start : start + A_REQUEST]

        def look(wanted: int = start + len(part)) -> CheckRun | None:
            fresh = hub.ask(lambda: hub.repository.get_check_run(run.id).complete(), PERMISSION)
            return fresh if fresh.output.annotations_count >= wanted else None

        def add(part: Sequence[dict[str, str | int]] = part) -> CheckRun:
            run.edit(output=_output(review, part))
            return run

        hub.once(look, add, PERMISSION)


def _output(review: Review, annotations: Sequence[dict[str, str | int]]) -> dict[str, Any]:
    return {
        "title": review.title[:TITLE] or review.verdict,
        "summary": fitted(review.summary, SUMMARY) or review.verdict,
        "annotations": list(annotations),
    }


def _annotations(review: Review) -> list[dict[str, str | int]]:
    """Each once, the worst first. What has no line is in the comment."""
    able = [one for one in dict.fromkeys(review.annotations) if one.path and one.line > 0]
    return [_sent(one) for one in sorted(able, key=lambda one: ORDER.index(one.level))[:AT_MOST]]


def _sent(one: Annotation) -> dict[str, str | int]:
    title = {"title": one.title[:TITLE]} if one.title else {}
    message = one.message[:MESSAGE] or one.title[:TITLE] or one.level
    where: dict[str, str | int] = {"path": one.path, "start_line": one.line, "end_line": one.line}
    return {**where, "annotation_level": one.level, "message": message, **title}
