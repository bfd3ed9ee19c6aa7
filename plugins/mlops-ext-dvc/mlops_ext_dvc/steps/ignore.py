"""What DVC keeps is never left for `git add .`.

After a failed run DVC takes its `.gitignore` lines back, and after a kill it never wrote them. So they are
written before anything runs; DVC leaves alone what is ignored already.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from mlops_ext import durable, process
from mlops_ext.errors import SettingsError
from mlops_ext_dvc.files.project import in_git

# What means something in a pattern of Git's, as DVC escapes it.
SPECIAL = re.compile(r"[\\\[\]*?!#]| (?= *$)")


def ignore_outputs(root: Path, outputs: Iterable[str]) -> list[str]:
    """Ignore each output that is not, as DVC does after a success; the paths of those that lie there."""
    inside = _inside(root, outputs)
    if not inside:
        return []
    asked = process.run(["git", "check-ignore", "-z", "--stdin"], cwd=root, stdin="\0".join(inside) + "\0")
    tracked = _tracked(root, inside)
    open_ = [path for path in inside if path not in asked.stdout.split("\0") and path not in tracked]
    for path in open_:
        _append(root, path)
    return [path for path in open_ if (root / path).exists()]


def require_untracked(root: Path, outputs: Iterable[str]) -> None:
    """No output is in Git already: DVC finds that out only when the command has overwritten it."""
    both = _tracked(root, _inside(root, outputs))
    if both:
        names = " ".join(shlex.quote(path) for path in both)
        raise SettingsError(
            f"{', '.join(both)} would be tracked by DVC, and Git tracks it already",
            key="outs",
            file="dvc.yaml",
            hint=f"git rm -r --cached {names}, and commit; or `cache: false`",
        )


def _inside(root: Path, outputs: Iterable[str]) -> list[str]:
    """Those that lie in the project also when links are followed; Git and DVC refuse to look at others."""
    if not in_git(root):
        return []
    top = root.resolve()
    return [path for path in outputs if (root / path).parent.resolve().is_relative_to(top)]


def _tracked(root: Path, paths: list[str]) -> list[str]:
    """Those of which Git has anything, be it a file in a folder."""
    if not paths:
        return []
    listed = process.run(
        ["git", "--literal-pathspecs", "ls-files", "-z", "--", *paths], cwd=root
    ).stdout.split("\0")
    files = [PurePosixPath(name) for name in listed if name]
    return [path for path in paths if any(file.is_relative_to(path) for file in files)]


def _append(root: Path, path: str) -> None:
    # In the nearest folder that is there: a script may want to make the others itself.
    folder = next(above for above in (root / path).parents if above.is_dir())
    file = folder / ".gitignore"
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    gap = "" if before.endswith("\n") or not before else "\n"
    name = SPECIAL.sub(r"\\\g<0>", (root / path).relative_to(folder).as_posix())
    durable.write_text(file, f"{before}{gap}/{name}\n")
