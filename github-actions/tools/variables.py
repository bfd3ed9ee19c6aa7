"""The input `environment`: lines NAME=value of a secret, for the command alone."""

from __future__ import annotations

import re

from tools.inputs import lines
from tools.say import CannotStartError, mask

# By these names the command knows what it must not show or keep.
SECRETS = "MLOPS_EXT_SECRETS"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def given() -> dict[str, str]:
    """The variables; their values are masked, also where only a part of a secret is one."""
    found: dict[str, str] = {}
    for number, line in enumerate(lines("environment"), start=1):
        name, sign, value = line.partition("=")
        if line.startswith("#"):
            continue
        if not sign or not NAME.fullmatch(name):
            # The line itself may be a secret.
            raise CannotStartError(f"line {number} of `environment` is not NAME=value", "one variable a line")
        found[name] = value
    for value in filter(None, found.values()):
        mask(value)
    return {**found, SECRETS: ",".join(found)} if found else {}
