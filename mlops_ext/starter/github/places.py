"""Where `deliver` delivers to: from a branch, from the protected branch, and by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mlops_ext.contract.settings import Settings

USUAL = ("test", "pre-production")


class Places(NamedTuple):
    """`target` and `approve` are expressions of GitHub's, empty where the workflow's default is right."""

    branches: tuple[str, ...]
    target: str
    approve: str


def places_of(settings: Settings, branch: str) -> Places:
    """Every branch goes to the first target, the protected one to the target that others wait for."""
    first, second = _first_two(settings)
    asked = [name for name, target in settings.targets.items() if target.approval]
    by_branch = f"(github.ref_name == {_text(branch)} && {_text(second)} || {_text(first)})"
    target = "inputs.target" if (first, second) == USUAL else f"inputs.target || {by_branch}"
    approve = f"contains(fromJSON({_text(json.dumps(asked))}), {target})"
    if len(asked) == 1:
        approve = f"({target}) == {_text(asked[0])}" if "||" in target else f"{target} == {_text(asked[0])}"
    return Places(
        branches=("**",) if first != second else (branch,),
        target=f"${{{{ {target} }}}}",
        approve=f"${{{{ {approve} }}}}" if asked else "",
    )


def _first_two(settings: Settings) -> tuple[str, str]:
    open_ones = [name for name, target in settings.targets.items() if not target.after]
    waited = [target.after.target for target in settings.targets.values() if target.after]
    first = open_ones[0] if open_ones else next(iter(settings.targets), "")
    return first, next((name for name in waited if name in settings.targets), first)


def _text(word: str) -> str:
    """A text in an expression."""
    return "'" + word.replace("'", "''") + "'"
