"""Whether what a hook returned is what the contract says; anything else is no answer."""

from __future__ import annotations

from typing import Any

import msgspec

from mlops_ext.contract.checks import Report
from mlops_ext.contract.policy import POLICIES
from mlops_ext.errors import CouldNotTellError

HINT = "its author has to mend it: docs/reference/hooks.md"


def checked(hook: str, value: Any) -> Any:
    """The value, a sequence as a tuple; `None` is "not my business" for every hook."""
    policy = POLICIES[hook]
    if value is None or policy.one is policy.several is None:
        return value
    if policy.one and isinstance(value, policy.one):
        return _whole(value)
    if policy.several and isinstance(value, list | tuple):
        for item in value:
            if not isinstance(item, policy.several):
                raise _wrong(item, policy.several.__name__)
        return tuple(map(_whole, value))
    several = f"a sequence of {policy.several.__name__}" if policy.several else ""
    raise _wrong(value, policy.one.__name__ if policy.one else several)


def _whole(value: Any) -> Any:
    """A report may say that a gate is open, so every value in it must have its type."""
    if not isinstance(value, Report):
        return value
    try:
        return msgspec.convert(msgspec.to_builtins(value), Report)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise CouldNotTellError(f"its report is not what the contract says: {error}", hint=HINT) from error


def _wrong(value: Any, wanted: str) -> CouldNotTellError:
    said = f"it answered with a value of type {type(value).__name__}, not {wanted}"
    return CouldNotTellError(said, hint=HINT)
