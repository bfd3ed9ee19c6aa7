"""What a reviewer is shown where a change is reviewed, and who approved what is about to happen."""

from __future__ import annotations

from typing import Literal

import msgspec


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A remark on a line of a file; `path` is relative to the Git root."""

    path: str
    line: int
    level: Literal["failure", "warning", "notice"]
    message: str
    title: str = ""


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One comment on a change, and one verdict on its commit.

    `change` is the number of the pull request; `marker` is the first line of `body`, by which our own
    comment is found again; `body` is Markdown, `summary` its short form for the verdict on the commit.
    """

    change: int
    commit: str
    marker: str
    body: str
    stage: str
    verdict: str
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a review; `why` says what kept it from being shown."""

    how: Literal["created", "updated", "unchanged", "skipped"]
    uri: str = ""
    why: str = ""


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved, as the platform knows it; `when` in ISO 8601."""

    who: str
    when: str = ""
    uri: str = ""
