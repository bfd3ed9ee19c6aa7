"""A pointer to something outside: what it is, its name, its digest, and where it lies."""

from __future__ import annotations

import msgspec


class Ref(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a stage took or made.

    `kind` is one of: git-commit, data, lock, suite, schema, environment, package, run, model,
    model-version, champion, deployment, window, profile, trigger, approval, record, file, report.
    `digest` is `<algorithm>:<hex>` with the algorithms sha256, md5 (DVC's) and gitCommit; empty
    where the thing has no bytes of its own.
    """

    kind: str
    name: str
    digest: str = ""
    uri: str = ""

    @property
    def sha256(self) -> str:
        """The hex of a sha256 digest, or an empty string: only these may be subjects."""
        algorithm, _, value = self.digest.partition(":")
        return value if algorithm == "sha256" else ""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A name with its value as text: a parameter, a tag, a setting that was read."""

    name: str
    value: str


class Metric(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A measured number; `value` is None where it is undefined, and `why` says the reason."""

    name: str
    value: float | None
    why: str = ""
    low: float | None = None
    high: float | None = None
