"""A ref of the team's Git remote as a small file system, changed by compare-and-set alone.

All happens in a scratch repository, so the team's clone gets no object, no ref, and runs no hook.
"""

from __future__ import annotations

import tarfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlops_ext import durable, git
from mlops_ext.errors import CouldNotTellError
from mlops_ext.kept import access
from mlops_ext.process import Finished, run, without_secrets

SEEN = "refs/kept/seen"
MADE = "refs/kept/made"
PAUSES = (0.2, 0.5, 1.0)
SECONDS = 120.0
HINT = "can this job push? on GitHub: `permissions: contents: write`"


class Tip(NamedTuple):
    """A commit of the ref; an empty id where there is no ref yet."""

    commit: str


class StateRef:
    """The ref of one project, as one process sees and changes it."""

    def __init__(self, root: Path, remote: str, ref: str, scratch: Path) -> None:
        self.ref = ref
        self.remote = remote
        self._cwd = git.top(root)
        self._env = access.environment(root, remote, scratch)
        self._archive = scratch / "tree.tar"
        form = run(["git", "rev-parse", "--show-object-format"], cwd=root).stdout.strip() or "sha1"
        self._git("init", "--quiet", "--bare", "--template=", f"--object-format={form}").expect()

    def look(self) -> Tip:
        """The commit that the remote has now."""
        told = self._git("ls-remote", self.remote, self.ref)
        if told.code:
            raise self._not_reached(told)
        # Git's pattern also takes longer names that end like ours.
        rows = [line.split("\t") for line in told.stdout.splitlines()]
        return Tip(next((commit for commit, name in rows if name == self.ref), ""))

    def fetch(self) -> Tip:
        """The commit that the remote has now, with its tree."""
        tip = self.look()
        if tip.commit and not self._has(tip):
            words = ("fetch", "--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head")
            told = self._git(*words, self.remote, f"+{self.ref}:{SEEN}")
            if told.code:
                raise self._not_reached(told)
            return Tip(self._git("rev-parse", SEEN).expect().stdout.strip())
        return tip

    def read(self, tip: Tip, path: str) -> bytes | None:
        """A file of a commit; None where it has none."""
        found = self._git("show", f"{tip.commit}:{path}") if tip.commit else None
        return found.stdout.encode() if found and found.code == 0 else None

    def read_below(self, tip: Tip, folder: str) -> dict[str, bytes]:
        """All files below a folder of a commit, by their paths."""
        if not tip.commit or not self._git("ls-tree", tip.commit, folder).stdout.strip():
            return {}
        words = ["git", "archive", "--format=tar", tip.commit, folder]
        run(words, cwd=self._cwd, env=self._env, output=self._archive).expect()
        with tarfile.open(self._archive) as tree:
            files = [(member.name, tree.extractfile(member)) for member in tree if member.isfile()]
            return {name: file.read() for name, file in files if file is not None}

    def commit(self, on: Tip, message: str, changes: Mapping[str, bytes | None]) -> Tip:
        """A commit with these files changed, known to nobody yet; None removes a file."""
        who = f"mlops-ext <mlops-ext@localhost> {int(time.time())} +0000"
        lines = [f"commit {MADE}", f"committer {who}", _data(message.encode())]
        lines += [f"from {on.commit}"] if on.commit else []
        for path, content in changes.items():
            lines += [f"D {path}"] if content is None else [f"M 100644 inline {path}", _data(content)]
        stream = "\n".join([*lines, "", ""])
        words = ["git", "fast-import", "--quiet", "--force"]
        run(words, cwd=self._cwd, env=self._env, stdin=stream).expect()
        return Tip(self._git("rev-parse", MADE).expect().stdout.strip())

    def swap(self, old: Tip, new: Tip) -> bool:
        """Let the ref point at `new` if it is still at `old`; whether it did, also if the answer was lost."""
        return durable.step("push", self._swap, old, new)

    def _swap(self, old: Tip, new: Tip) -> bool:
        lease = f"--force-with-lease={self.ref}:{old.commit}"
        told = Finished(1, "", "", 0.0)
        for pause in PAUSES:
            told = self._git("push", "--quiet", "--no-verify", lease, self.remote, f"{new.commit}:{self.ref}")
            if told.code == 0:
                return True
            now = self.look()
            if now != old:
                return now == new or self._came_after(new)
            time.sleep(pause)
        raise self._not_reached(told)

    def _came_after(self, new: Tip) -> bool:
        """Whether the remote's commit has ours below it: the answer to our push was lost, not the push."""
        words = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head")
        told = self._git(*words, self.remote, f"+{self.ref}:{SEEN}")
        if told.code:
            raise self._not_reached(told)
        return self._git("merge-base", "--is-ancestor", new.commit, SEEN).code == 0

    def _has(self, tip: Tip) -> bool:
        return self._git("cat-file", "-e", f"{tip.commit}^{{tree}}").code == 0

    def _git(self, *words: str) -> Finished:
        return run(["git", *words], cwd=self._cwd, env=self._env, timeout=SECONDS)

    def _not_reached(self, told: Finished) -> CouldNotTellError:
        lines = without_secrets(told.stderr).strip().splitlines()
        what = f"the remote `{self.remote}` did not take or give {self.ref}"
        return CouldNotTellError(what, where=" / ".join(lines[-2:]), hint=HINT)


def _data(content: bytes) -> str:
    return f"data {len(content)}\n{content.decode()}"
