"""What GitHub refuses, in one line that says what to do. A refusal is never a traceback."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError, MlopsExtError, SettingsError

if TYPE_CHECKING:
    from github import GithubException

LIMITS = ("rate limit", "abuse detection")


class Forbidden(CouldNotTellError):
    """The token may not do this. What people are shown elsewhere stays as it is."""


class Gone(CouldNotTellError):
    """The token is shown no such thing."""


class Lost(CouldNotTellError):
    """No answer came: what was asked may have been done, or not."""


def missing(permission: str) -> Forbidden:
    """The token lacks a permission, in the words of a workflow's `permissions:`."""
    return Forbidden(
        f"GITHUB_TOKEN lacks `{permission}`",
        hint=f"give the job `permissions: {{{permission}}}`; a pull request from a fork never has it",
    )


def refusal(error: GithubException, permission: str) -> MlopsExtError:
    """What an answer that is no means to us."""
    said = _said(error)
    if error.status == 401:
        return SettingsError(
            f"GitHub does not know the token: {said}", key="GITHUB_TOKEN", hint="it ran out, or is another's"
        )
    if error.status == 403:
        return missing(permission) if "not accessible by" in said else Forbidden(f"GitHub refuses: {said}")
    if error.status == 404 and _lacks_scope(error):
        return missing(permission)
    if error.status == 404:
        return Gone(f"GitHub shows the token no such thing: {said}", hint=f"it may also lack `{permission}`")
    kind = Lost if error.status >= 500 else CouldNotTellError
    return kind(f"GitHub answered {error.status}: {said}")


def seconds_to_wait(error: GithubException) -> float | None:
    """How long GitHub asks to wait, or None where the answer is about something else."""
    headers = _headers(error)
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    used_up = bool(after) or headers.get("x-ratelimit-remaining") == "0" or error.status == 429
    # GraphQL says so with any status.
    said = _said(error).lower()
    if not (used_up and error.status in (403, 429)) and not any(word in said for word in LIMITS):
        return None
    if after.isdecimal():
        return float(after)
    # A minute is what GitHub asks for where it says nothing else.
    return max(0.0, int(reset) - time.time()) + 1 if reset.isdecimal() else 60.0


def _lacks_scope(error: GithubException) -> bool:
    """A classic token that may not is shown nothing, and its scopes are beside those that would do."""
    headers = _headers(error)
    enough, has = (
        set(filter(None, headers.get(name, "").replace(" ", "").split(",")))
        for name in ("x-accepted-oauth-scopes", "x-oauth-scopes")
    )
    return bool(enough) and not enough & has


def _headers(error: GithubException) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in (error.headers or {}).items()}


def _said(error: GithubException) -> str:
    data = error.data if isinstance(error.data, dict) else {}
    said = [str(data.get("message") or error.message or "no reason given")]
    said += [str(one.get("message", "")) for one in data.get("errors") or () if isinstance(one, dict)]
    return " ".join(" ".join(filter(None, said)).split())[:300]
