"""What Git says about the project: through its command line, a few milliseconds each."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError
from mlops_ext.process import run

PROTECTED_FALLBACK = ("main", "master")
DEPTH = "set `fetch-depth: 0` where CI checks out, or `git fetch --unshallow`; `base` names another branch"
OF_ONE_REPOSITORY = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
)


def by_folder() -> dict[str, str]:
    """Let Git find repositories by the folder it is called in, and return what said otherwise.

    In a hook, Git names the repository by variables, and every other one that we look at would be that one.
    """
    return {name: os.environ.pop(name) for name in OF_ONE_REPOSITORY if name in os.environ}


def top(start: Path) -> Path:
    """The root of the work tree; outside of Git the folder itself."""
    finished = run(["git", "rev-parse", "--show-toplevel"], cwd=start)
    return Path(finished.stdout.strip()) if finished.code == 0 else start


def commit(root: Path, revision: str = "HEAD") -> str:
    """The full id of a commit; a revision that is not in this clone could not be told."""
    finished = run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], cwd=root)
    if finished.code:
        raise _not_here(root, revision)
    return finished.stdout.strip()


def _not_here(root: Path, revision: str) -> CouldNotTellError:
    if run(["git", "rev-parse", "--git-dir"], cwd=root).code:
        return CouldNotTellError("this is no Git repository", where=root.name, hint="git init, and commit")
    if revision == "HEAD":
        return CouldNotTellError("nothing is committed here yet", where=root.name, hint="git commit")
    what = f"revision `{revision}` is not in this clone"
    return CouldNotTellError(what, where=root.name, hint="in CI set `fetch-depth: 0`")


def state(root: Path) -> str:
    """A digest of the tracked tree as it lies here: HEAD, changes to it, and new files not ignored."""
    head = run(["git", "rev-parse", "HEAD"], cwd=root).stdout.strip()
    status = run(["git", "status", "--porcelain=v1", "-z", "--untracked-files=all"], cwd=root).expect().stdout
    if not status:
        return hashlib.sha256(head.encode()).hexdigest()
    digest = hashlib.sha256((head + status).encode())
    digest.update(run(["git", "diff", "HEAD", "--binary"], cwd=root).stdout.encode())
    where = top(root)
    for entry in status.split("\0"):
        if entry.startswith("?? ") and (where / entry[3:]).is_file():
            digest.update((where / entry[3:]).read_bytes())
    return digest.hexdigest()


def files(root: Path) -> list[str]:
    """The files below a folder that are tracked or could be, relative to it; outside of Git all of them."""
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=root)
    if listed.code:
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return sorted({name for name in listed.stdout.split("\0") if name and (root / name).is_file()})


def is_clean(root: Path) -> bool:
    """Whether the tracked tree lies here as it was committed, with no new files beside it."""
    return not run(["git", "status", "--porcelain"], cwd=root).expect().stdout.strip()


def find_base(root: Path, named: str = "") -> str:
    """The base branch as this clone has it, `origin`'s before our own; empty when it has none.

    Without a name it is the remote's default branch, else `main`, else `master`.
    """
    names = (named,) if named else PROTECTED_FALLBACK
    head = "" if named else _remote_head(root)
    words = [head, *(f"origin/{name}" for name in names), *names]
    return next((word for word in words if word and _is_here(root, word)), "")


def base_branch(root: Path, named: str = "") -> str:
    """The same where it is needed: a clone that lacks it does not pass for one without changes."""
    found = find_base(root, named)
    if found:
        return found
    if not named and not run(["git", "remote"], cwd=root).stdout.strip():
        raise CouldNotTellError("no base revision is known", where=root.name, hint="set `base`")
    what = f"base revision {named} is not in this clone" if named else "base revision not in this clone"
    raise CouldNotTellError(what, where=root.name, hint=DEPTH)


def _remote_head(root: Path) -> str:
    remote = run(["git", "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"], cwd=root)
    return remote.stdout.strip().removeprefix("refs/remotes/") if remote.code == 0 else ""


def _is_here(root: Path, revision: str) -> bool:
    return run(["git", "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"], cwd=root).code == 0


def show(root: Path, revision: str, path: str) -> str | None:
    """A file's text at a revision; None where it was not there."""
    finished = run(["git", "show", f"{revision}:./{path}"], cwd=root)
    return finished.stdout if finished.code == 0 else None


def merge_base(root: Path, base: str, head: str) -> str:
    """The commit at which `head` left `base`; histories that never met could not be told."""
    finished = run(["git", "merge-base", base, head], cwd=root)
    if finished.code:
        commit(root, base), commit(root, head)
        raise CouldNotTellError(f"{head} and {base} have no commit in common here", hint=DEPTH)
    return finished.stdout.strip()


def changed(root: Path, since: str, head: str, globs: Sequence[str]) -> list[tuple[str, str]]:
    """Git's letter and the path of each file below `root` that differs between two commits."""
    words = ["git", "diff", "--name-status", "--no-renames", "--relative", "-z", since, head, "--"]
    listed = run([*words, *(f":(glob){glob}" for glob in globs)], cwd=root).expect().stdout.split("\0")
    return list(zip(listed[::2], listed[1::2], strict=False))


def origin_name(root: Path) -> str:
    """The last part of the `origin` URL, without `.git`; empty where there is none."""
    finished = run(["git", "remote", "get-url", "origin"], cwd=root)
    last = re.split(r"[/:]", finished.stdout.strip().rstrip("/"))[-1]
    return last.removesuffix(".git") if finished.code == 0 else ""


def exclude(root: Path, *patterns: str) -> None:
    """Keep files of ours out of `git add .` here, by `.git/info/exclude`; the tree stays as it is."""
    found = run(["git", "rev-parse", "--path-format=absolute", "--git-path", "info/exclude"], cwd=root)
    if found.code:
        return
    file = Path(found.stdout.strip())
    known = file.read_text(encoding="utf-8") if file.is_file() else ""
    missing = [pattern for pattern in patterns if pattern not in known.splitlines()]
    if missing:
        durable.write_text(file, known.rstrip("\n") + "\n".join(["", *missing, ""]))


def executor(root: Path) -> str:
    """Who runs this, as Git knows them."""
    name = run(["git", "config", "user.name"], cwd=root).stdout.strip()
    return name or "unknown"
