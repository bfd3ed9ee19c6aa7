"""Variables for the command alone: lines NAME=value of a secret, and plain ones of the job."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from tools.inputs import lines
from tools.say import CannotStartError, mask

# By these names the command knows what it must not show or keep.
SECRETS = "MLOPS_EXT_SECRETS"
# A job can set variables by `env:`; a workflow that is called gets them as lines.
PLAIN = "MLOPS_EXT_VARIABLES"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def secret() -> dict[str, str]:
    """Those of the input `environment`; their values are masked, as GitHub knows only whole secrets."""
    found = _read("environment", lines("environment"))
    for value in filter(None, found.values()):
        mask(value)
    return {**found, SECRETS: ",".join(found)} if found else {}


def plain() -> dict[str, str]:
    """Those of `MLOPS_EXT_VARIABLES`, which everybody may see."""
    return _read(PLAIN, os.environ.get(PLAIN, "").splitlines())


def _read(where: str, given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, given), start=1):
        name, sign, value = line.partition("=")
        if not line or line.startswith("#"):
            continue
        if not sign or not NAME.fullmatch(name):
            # The line itself may be a secret.
            raise CannotStartError(f"line {number} of `{where}` is not NAME=value", "one variable a line")
        found[name] = value
    return found
