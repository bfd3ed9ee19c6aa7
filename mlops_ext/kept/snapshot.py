"""A snapshot: a list of the store's files, each of them kept by its digest where the team keeps its data."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterable
from dataclasses import replace as with_fields
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from mlops_ext.contract.kept import KeptFile
from mlops_ext.errors import CouldNotTellError
from mlops_ext.files import DigestCache, sha256_file

if TYPE_CHECKING:
    from mlops_ext.contract.context import Context
    from mlops_ext.session import Session

FILE = "store.jsonl"
SECONDS = 1800.0


class Snapshots:
    """The store on this machine, and where its files are kept."""

    def __init__(self, session: Session, store: Path, scratch: Path) -> None:
        self._session = session
        self._base = store.parent
        self._scratch = scratch
        self._digests = DigestCache(session.context.state / "kept" / "digests.json")
        self._kept: set[str] = set()

    def bring(self, listed: bytes) -> None:
        """Let the store here be this snapshot. Files that lie here as they should are not brought."""
        folder = self._fresh("brought")
        files = [self._placed(file, folder) for file in read(listed)]
        missing = [file for file in files if not self._is_here(file)]
        self._digests.save()
        self._ask("mlops_bring_files", files=missing)
        self._ask("mlops_thaw_store", folder=folder)

    def keep(self) -> bytes:
        """Keep the files that are not kept yet; the list of all."""
        files = [
            self._digested(file) for file in self._ask("mlops_freeze_store", folder=self._fresh("frozen"))
        ]
        self._digests.save()
        new = {file.digest: file for file in files if file.digest not in self._kept}
        if new:
            self._ask("mlops_keep_files", files=tuple(new.values()))
        return _written(files)

    def remember(self, listed: bytes) -> None:
        """What a snapshot lists is kept already."""
        self._kept |= {file.digest for file in read(listed)}

    def _placed(self, file: KeptFile, folder: Path) -> KeptFile:
        # The list may come from somebody else: it names no place but below ours.
        path = PurePosixPath(file.name)
        if path.is_absolute() or ".." in path.parts:
            what = f"the list of the kept store names `{file.name}`, which is not in its folder"
            raise CouldNotTellError(what, hint="see who can push to refs/mlops-ext/")
        return replace(file, path=str((folder if file.frozen else self._base) / path))

    def _is_here(self, file: KeptFile) -> bool:
        path = Path(file.path)
        there = path.is_file() and path.stat().st_size == file.size
        return there and f"sha256:{self._digests.of_file(path)}" == file.digest

    def _digested(self, file: KeptFile) -> KeptFile:
        path = Path(file.path)
        digest = sha256_file(path) if file.frozen else self._digests.of_file(path)
        return replace(file, digest=f"sha256:{digest}", size=path.stat().st_size)

    def _fresh(self, name: str) -> Path:
        folder = self._scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _ask(self, hook: str, **given: object) -> tuple[KeptFile, ...]:
        answer = self._session.dispatcher.ask_role(hook, context=self._context(), **given)
        if answer is None:
            what = f"no plugin answered {hook}: the store is neither brought nor kept"
            raise CouldNotTellError(what, hint="`mlops-ext plugins` shows who answers what")
        return answer if isinstance(answer, tuple) else ()

    def _context(self) -> Context:
        # What was done is kept, also when the stage took all the time there was for an answer.
        return with_fields(self._session.context, deadline=time.monotonic() + SECONDS)


def name_of(listed: bytes) -> str:
    """What a snapshot is called: the digest of its list; empty where there is none."""
    return hashlib.sha256(listed).hexdigest() if listed else ""


def read(listed: bytes) -> list[KeptFile]:
    """The files of a list."""
    try:
        return msgspec.json.Decoder(KeptFile).decode_lines(listed)
    except msgspec.MsgspecError as error:
        what = f"the list of the kept store can't be read: {error}"
        raise CouldNotTellError(what, hint="was it kept by a newer mlops-ext?") from error


def _written(files: Iterable[KeptFile]) -> bytes:
    # A line for each, in order: Git keeps of the next list what differs.
    listed = sorted((replace(file, path="") for file in files), key=lambda file: (file.frozen, file.name))
    return msgspec.json.Encoder().encode_lines(listed)
