"""A snapshot: a list of the store's files. They and the list are kept by their digests, where the data is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from dataclasses import replace as with_fields
from datetime import UTC, datetime
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

FILE = "store.json"
SECONDS = 1800.0


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the tree of the ref: the digest of the list, and for people how much it is, since when."""

    snapshot: str = ""
    size: int = 0
    files: int = 0
    bytes: int = 0
    kept: str = ""


class Snapshots:
    """The store on this machine, and where its snapshots are kept."""

    def __init__(self, session: Session, store: Path, scratch: Path) -> None:
        self._ask = session.dispatcher.ask_role
        self._session = session
        self._base = store.parent
        self._scratch = scratch
        self._digests = DigestCache(session.context.state / "kept" / "digests.json")
        self._known: dict[str, KeptFile] = {}

    def bring(self, pointer: Pointer) -> None:
        """Let the store here be this snapshot. Files that lie here as they should are not brought."""
        files = self._list(pointer)
        folder = self._fresh("brought")
        wanted = [self._placed(file, folder) for file in files]
        missing = [file for file in wanted if not self._is_here(file)]
        self._digests.save()
        self._require(self._ask("mlops_bring_files", context=self._context(), files=missing))
        self._require(self._ask("mlops_thaw_store", context=self._context(), folder=folder))
        self._remember(files)

    def keep(self) -> Pointer:
        """Freeze the store and keep what is not kept yet, the list last."""
        folder = self._fresh("frozen")
        found = self._ask("mlops_freeze_store", context=self._context(), folder=folder) or ()
        files = [self._digested(file) for file in found]
        self._digests.save()
        new = [file for file in files if file.digest not in self._known]
        listed = self._written([replace(file, path="") for file in files])
        if listed.digest not in self._known:
            self._require(self._ask("mlops_keep_files", context=self._context(), files=[*new, listed]))
        self._remember([*files, listed])
        return Pointer(
            snapshot=listed.digest,
            size=listed.size,
            files=len(files),
            bytes=sum(file.size for file in files),
            kept=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _list(self, pointer: Pointer) -> list[KeptFile]:
        path = self._fresh("list") / FILE
        listed = KeptFile(name=FILE, path=str(path), digest=pointer.snapshot, size=pointer.size)
        self._require(self._ask("mlops_bring_files", context=self._context(), files=[listed]))
        self._remember([listed])
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[KeptFile])
        except msgspec.MsgspecError as error:
            what = f"the list of the kept store can't be read: {error}"
            raise CouldNotTellError(what, hint="was it kept by a newer mlops-ext?") from error

    def _written(self, files: list[KeptFile]) -> KeptFile:
        path = self._fresh("list") / FILE
        path.write_bytes(msgspec.json.encode(sorted(files, key=lambda file: (file.frozen, file.name))))
        return KeptFile(
            name=FILE, path=str(path), digest=f"sha256:{sha256_file(path)}", size=path.stat().st_size
        )

    def _placed(self, file: KeptFile, folder: Path) -> KeptFile:
        # The list may come from somebody else: it names no place but below ours.
        if PurePosixPath(file.name).is_absolute() or ".." in PurePosixPath(file.name).parts:
            raise CouldNotTellError(f"the list of the kept store names {file.name}", hint="who wrote it?")
        return replace(file, path=str((folder if file.frozen else self._base) / file.name))

    def _is_here(self, file: KeptFile) -> bool:
        path = Path(file.path)
        there = path.is_file() and path.stat().st_size == file.size
        return there and f"sha256:{self._digests.of_file(path)}" == file.digest

    def _digested(self, file: KeptFile) -> KeptFile:
        path = Path(file.path)
        digest = sha256_file(path) if file.frozen else self._digests.of_file(path)
        return replace(file, digest=f"sha256:{digest}", size=path.stat().st_size)

    def _remember(self, files: Iterable[KeptFile]) -> None:
        self._known |= {file.digest: file for file in files}

    def _fresh(self, name: str) -> Path:
        folder = self._scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def _context(self) -> Context:
        # What was done is kept, also when the stage took all the time there was for an answer.
        return with_fields(self._session.context, deadline=time.monotonic() + SECONDS)

    @staticmethod
    def _require(answer: object) -> None:
        if answer is None:
            what = "nobody keeps the files of the store"
            raise CouldNotTellError(what, hint="`mlops-ext plugins` shows who answers what")
