"""Variables that stages need on a runner, each with what the caller's secret says for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_ext.findings.kinds.localhost import LOCALHOST
from mlops_ext.reading import located
from mlops_ext.reading.storage import FOLDER, OPEN, Remote, default_remote

if TYPE_CHECKING:
    from mlops_ext.findings.look import Look

TRACKING = "MLFLOW_TRACKING_URI"
LOGIN = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")
_SECRET = re.compile(r"\$\{\{\s*(?:secrets|vars)\.\w+\s*\}\}")
_SERVER = re.compile(r"https?://[\w.:/@-]+")


def variables(look: Look, tracking: str) -> dict[str, str]:
    """Names and values, as lines of the secret `environment`; `tracking` is the server of the settings."""
    known = given(look)
    needed: list[str] = []
    remote = default_remote(look.tree)
    if remote:
        needed += remote.variables
    server = tracking or known.get(TRACKING) or _of_the_code(look)
    if server:
        needed += LOGIN
    values = {name: known.get(name, f"${{{{ secrets.{name} }}}}") for name in needed}
    return ({TRACKING: server} if server and not tracking else {}) | values


def given(look: Look) -> dict[str, str]:
    """What the team's own workflows give to variables from secrets, where they agree."""
    found: dict[str, set[str]] = {}
    for workflow in look.workflows.all:
        for path, word in located.words(located.load(workflow.text)):
            above, _, name = path.rpartition(".")
            if (above == "env" or above.endswith(".env")) and _SECRET.fullmatch(word):
                found.setdefault(name, set()).add(str(word))
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def remarks(remote: Remote | None, tracks: bool) -> Iterator[str]:
    """What no workflow can do about a remote; `tracks` is whether DVC has anything to keep there."""
    if remote is None and tracks:
        yield "DVC has no remote: no runner can have what lies in this machine's cache (dvc remote add -d)"
    if remote is None or remote.kind == FOLDER:
        return
    if remote.kind not in OPEN or remote.private:
        yield (
            f"{remote.file}: {remote.name} needs a key, and a pull request's job has none: tables that only "
            "lie there can't be checked in it, unless its runner reaches them without one"
        )
    if not remote.variables and (remote.private or remote.kind not in OPEN):
        yield f"{remote.file}: no variable brings the key of {remote.name}: the runner has to have it"


def _of_the_code(look: Look) -> str:
    """The one server that code and settings name."""
    found = {
        one.value
        for one in look.addresses
        if not one.fallback and _SERVER.fullmatch(one.value) and not LOCALHOST.match(one.value)
    }
    return found.pop() if len(found) == 1 and "@" not in "".join(found) else ""
