"""Which open pull request has this commit as its newest? Brings its objects too, and checks nothing out.

All that is known of the commit comes from the event: an artifact of the judged run is the change's own word.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from tools.inputs import others, required
from tools.say import CannotStartError, notice, output

SECONDS = 30
COMMIT = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
PERMISSION = "the job needs `permissions: {pull-requests: write}`"


def change() -> int:
    """Write the number to the step's outputs; where there is none, that is said and nothing fails."""
    asked = {name: required(name) for name in ("commit", "repository", "branch")}
    if not COMMIT.fullmatch(asked["commit"]):
        raise CannotStartError(
            "the input `commit` is no commit id", "give `github.event.workflow_run.head_sha`"
        )
    found = _open_changes(**asked)
    if found is None:
        return notice(f"pull requests can't be read with this token: {PERMISSION}")
    numbers = [int(each["number"]) for each in found if _is_of(each, asked["commit"], asked["repository"])]
    if not numbers:
        return notice("no open pull request has this commit as its newest: there is nothing to say")
    _bring(max(numbers))
    output("change", str(max(numbers)))
    return 0


def _open_changes(commit: str, repository: str, branch: str) -> list[dict[str, Any]] | None:
    """Those from a branch of this name, or None where the token may not know."""
    query = {"state": "open", "head": f"{repository.partition('/')[0]}:{branch}", "per_page": 100}
    where = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/pulls"
    try:
        return _get(f"{where}?{urllib.parse.urlencode(query)}")
    except urllib.error.HTTPError as error:
        if error.code in (401, 403, 404):
            return None
        raise CannotStartError(f"GitHub answered {error.code}", "run this job again", 3) from error
    except (OSError, ValueError) as error:
        raise CannotStartError(
            f"GitHub could not be asked: {type(error).__name__}", "run this again", 3
        ) from error


def _get(url: str) -> list[dict[str, Any]]:
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ.get('GITHUB_TOKEN', '')}",
    }
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the runner says where GitHub is
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        found: list[dict[str, Any]] = json.load(answer)
    return found


def _is_of(found: dict[str, Any], commit: str, repository: str) -> bool:
    """A branch that went on has another newest commit; a fork that was deleted is no repository."""
    head = found["head"]
    return head["sha"] == commit and (head["repo"] or {}).get("full_name") == repository


def _bring(number: int) -> None:
    """The commits of the change, so that its settings can be read from Git; a fork's are on no branch."""
    ref = f"refs/pull/{number}/head"
    words = ["git", "fetch", "--quiet", "--no-tags", "origin", f"+{ref}:refs/mlops-ext/{ref[5:]}"]
    done = subprocess.run(words, env={**others(), **_credentials()}, capture_output=True, check=False)
    if done.returncode:
        notice(f"the commits of #{number} could not be fetched, so its settings are not compared again")


def _credentials() -> dict[str, str]:
    """For this one call, and not on a command line, which other processes see."""
    word = base64.b64encode(f"x-access-token:{os.environ.get('GITHUB_TOKEN', '')}".encode()).decode()
    return {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{os.environ['GITHUB_SERVER_URL']}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"AUTHORIZATION: basic {word}",
    }
