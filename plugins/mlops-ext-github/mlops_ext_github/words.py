"""Text as GitHub takes it: not too long, and nothing in it that is more than text."""

from __future__ import annotations

import hashlib
import re

from mlops_ext.errors import MlopsExtError

LONGEST = 65_536
_CUT = "\n\n(cut here: GitHub takes no more)\n"


def fitted(body: str, longest: int = LONGEST) -> str:
    """Markdown that GitHub takes: cut after a line, an open fence or fold closed, never refused whole."""
    if len(body) <= longest:
        return body
    kept = body[: longest - 200].rpartition("\n")[0] or body[: longest - 200]
    fences = re.findall(r"^ {0,3}(`{3,}|~{3,})", kept, re.MULTILINE)
    close = f"\n{fences[-1]}"[:100] if len(fences) % 2 else ""
    folds = kept.count("<details>") - kept.count("</details>")
    return kept + close + "\n</details>" * min(folds, 5) + _CUT


def marker(kind: str, *names: str) -> str:
    """A hidden line that we find again; no name can end it, and no two are taken for each other."""
    return f"<!-- mlops-ext:{kind} {'/'.join(map(_plain, names))} -->"


def _plain(name: str) -> str:
    plain = re.sub(r"[^\w.]+", "-", name, flags=re.ASCII)
    return plain if plain == name else f"{plain}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def line(error: MlopsExtError) -> str:
    """What went wrong, and what to do, on one line."""
    return f"{error}; {error.hint}" if error.hint else str(error)
