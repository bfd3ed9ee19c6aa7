"""What an exception means: a clear no to bad input, or a number that broke on the way."""

from __future__ import annotations

import linecache
import os
import re
import traceback
from pathlib import Path

HIDDEN = "MLOPS_EXT_HIDE_VALUES"
# Words of the libraries for numbers that are none. In rows without such, somebody's steps made them.
BROKEN = re.compile(
    r"\bnan\b|\binf\b|infinit|not finite|non-finite|missing value|too large for|divide by zero"
    r"|division by zero|overflow|did not converge|between 0 and 1|singular|positive definite|null value",
    re.IGNORECASE,
)
MISSING = re.compile(
    r"\bnan\b|missing|\bnull|\bNone\b|\bNA\b|nonetype|natype|not finite|between 0 and 1", re.IGNORECASE
)


def says_missing(error: BaseException) -> bool:
    """Whether an exception complains of missing values."""
    return bool(MISSING.search(str(error)))


def broke(error: BaseException, root: str) -> bool:
    """Whether arithmetic failed, where the input itself was made of plain numbers."""
    if isinstance(error, ArithmeticError):
        return True
    return bool(BROKEN.search(str(error))) and not _deliberate(error, root)


def _deliberate(error: BaseException, root: str) -> bool:
    # `raise` or `assert` in the team's own code: a check that they wrote.
    if hasattr(error, "deliberate"):
        return bool(error.deliberate)
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    if last is None or not is_own(last.filename, root):
        return False
    return linecache.getline(last.filename, last.lineno or 0).strip().startswith(("raise", "assert"))


def place(error: BaseException, root: str) -> str:
    """The team's own line that led to it, as `file:line`."""
    if hasattr(error, "where"):
        return str(error.where)
    if isinstance(error, SyntaxError) and is_own(error.filename or "", root):
        return f"{shown(error.filename or '', root)}:{error.lineno}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename, root)]
    return f"{shown(own[-1].filename, root)}:{own[-1].lineno}" if own else ""


def is_own(filename: str, root: str) -> bool:
    """Whether a file is the team's: below the project, and in no environment."""
    path = Path(filename)
    if not root or not path.is_absolute() or not path.is_relative_to(root):
        return False
    inside = path.relative_to(root).parts
    return "site-packages" not in inside and "mlops_ext" not in inside[:1]


def shown(filename: str, root: str) -> str:
    """A path as people are shown it."""
    return str(Path(filename).relative_to(root))


def said(error: BaseException) -> str:
    """Type and first line; the type alone where values of the table must not be shown."""
    if os.environ.get(HIDDEN):
        return type(error).__name__
    if hasattr(error, "where"):
        return str(error)
    first = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first[:200]}" if first else type(error).__name__
