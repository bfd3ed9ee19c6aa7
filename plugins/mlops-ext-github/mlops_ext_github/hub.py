"""The way to GitHub: one client per call of a hook, patient within limits, by name of what it may do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

import github
import requests

from mlops_ext.errors import CouldNotTellError, MlopsExtError
from mlops_ext_github.refusals import Lost, refusal, seconds_to_wait
from mlops_ext_github.settings import NAME, GithubSettings

if TYPE_CHECKING:
    from github.Repository import Repository

    from mlops_ext.contract.context import Context
    from mlops_ext_github.place import Place

Answer = TypeVar("Answer")
Made = TypeVar("Made", bound="Thing")
# Who GITHUB_TOKEN is, where GitHub does not say so.
BOT = "github-actions[bot]"
AGAIN = 3
# What the library raises where an answer has another form than GitHub's, such as a proxy's page.
_NOT_UNDERSTOOD = (ValueError, TypeError, AttributeError, AssertionError)
SECONDS = 30


class Thing(Protocol):
    """What GitHub made has an id."""

    @property
    def id(self) -> int:
        """None where the answer was another's, whatever the library says."""
        ...


@dataclass(frozen=True)
class Hub:
    """A repository on GitHub; `until` is when we stop to wait for it, on `time.monotonic`'s clock."""

    context: Context
    settings: GithubSettings
    place: Place
    client: github.Github
    until: float

    @cached_property
    def repository(self) -> Repository:
        """The repository; nothing is asked yet."""
        return self.client.get_repo(self.place.repository)

    @cached_property
    def me(self) -> str:
        """The login that our comments carry, whatever kind of token wrote them."""
        try:
            _, answer = self.ask(lambda: self.client.requester.graphql_query("{viewer{login}}", {}), "")
            return str(answer["data"]["viewer"]["login"])
        except Lost:
            raise
        except (CouldNotTellError, LookupError, TypeError):
            return BOT

    def ask(self, call: Callable[[], Answer], permission: str, *, again: bool = True) -> Answer:
        """Ask, wait where GitHub asks us to, and ask again where no answer came and `again` does no harm."""
        lost = 0
        while True:
            try:
                return call()
            except github.GithubException as error:
                wait = seconds_to_wait(error)
                problem = refusal(error, permission) if wait is None else None
            except requests.RequestException as error:
                wait, problem = None, Lost(f"GitHub did not answer: {_short(error)}", where=self.place.api)
            except _NOT_UNDERSTOOD as error:
                what = f"this is no answer of GitHub ({type(error).__name__})"
                wait, problem = None, Lost(what, where=self.place.api, hint="is there a proxy between?")
            if problem is not None:
                lost += 1
                if not isinstance(problem, Lost) or not again or lost > AGAIN:
                    raise problem
                wait = 2.0 ** (lost - 2)
            self._wait(wait or 0.0, problem)

    def once(
        self, look: Callable[[], Made | None], make: Callable[[], Made], permission: str
    ) -> tuple[Made, bool]:
        """What is there, else what is made, and whether it was: a lost answer is looked for first."""
        for attempt in range(AGAIN + 1):
            if (found := look()) is not None:
                return found, attempt > 0
            try:
                return self.ask(lambda: _whole(make()), permission, again=False), True
            except Lost as error:
                if attempt == AGAIN:
                    raise
                self._wait(2.0 ** (attempt - 1), error)
        raise AssertionError

    def _wait(self, seconds: float, problem: MlopsExtError | None) -> None:
        if time.monotonic() + seconds > self.until:
            raise problem or CouldNotTellError(
                f"GitHub asks to wait {seconds:,.0f} s", hint="raise github.wait_seconds"
            )
        self.context.say(f"GitHub is asked again in {seconds:.0f} s")
        time.sleep(seconds)


@contextmanager
def connected(context: Context, place: Place) -> Iterator[Hub]:
    """A client that is closed afterwards."""
    settings = context.own(NAME, GithubSettings)
    seconds = min(float(SECONDS), context.left())
    client = github.Github(
        auth=github.Auth.Token(place.token),
        base_url=place.api,
        timeout=max(1, int(seconds)),
        per_page=100,
        # We wait ourselves: theirs sleeps as long as it is told to, and makes a thing twice.
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )
    until = min(time.monotonic() + settings.wait_seconds, context.deadline)
    try:
        yield Hub(context, settings, place, client, until)
    finally:
        client.close()


def _whole(made: Made) -> Made:
    if not made.id:
        raise ValueError
    return made


def _short(error: Exception) -> str:
    return str(error).partition("(Caused")[0][:200]
