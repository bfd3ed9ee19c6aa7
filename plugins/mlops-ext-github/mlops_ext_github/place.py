"""Where we are on GitHub, as a runner's environment says it; also on an Enterprise Server."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

from mlops_ext.errors import SettingsError

API = "https://api.github.com"
SERVER = "https://github.com"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A repository, the addresses of its GitHub, and the run of a workflow that we are part of."""

    repository: str
    token: str = field(repr=False)
    api: str = API
    server: str = SERVER
    run: str = ""
    commit: str = ""

    @property
    def run_uri(self) -> str:
        """Where people see the run; empty outside of one."""
        return f"{self.server}/{self.repository}/actions/runs/{self.run}" if self.run else ""


def here() -> Place | None:
    """The place of this process, or None where nobody gave it a repository and a token."""
    repository, token = os.environ.get("GITHUB_REPOSITORY", ""), os.environ.get("GITHUB_TOKEN", "").strip()
    if not repository or not token:
        return None
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise SettingsError("this is no repository", key="GITHUB_REPOSITORY", hint="write OWNER/NAME")
    return Place(
        repository=repository,
        token=token,
        api=_address("GITHUB_API_URL", API),
        server=_address("GITHUB_SERVER_URL", SERVER),
        run=os.environ.get("GITHUB_RUN_ID", ""),
        commit=os.environ.get("GITHUB_SHA", ""),
    )


def _address(variable: str, usual: str) -> str:
    address = (os.environ.get(variable) or usual).rstrip("/")
    if not re.fullmatch(r"https?://[^\s/@]+(/[^\s@]*)?", address):
        raise SettingsError("this is no address", key=variable, hint=f"write one like {usual}")
    return address
