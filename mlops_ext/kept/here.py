"""What this machine has of the kept store: the snapshot it began from, and whether it went on from there."""

from __future__ import annotations

from pathlib import Path

import msgspec

from mlops_ext import durable
from mlops_ext.files import sha256_file


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """The snapshot that was brought or kept last, and the digest of the store's file right then.

    `coming`: one is being brought, so that what lies here is nobody's work.
    """

    snapshot: str = ""
    store: str = ""
    coming: bool = False


class Here:
    """The note beside the project's index. Without it nothing is known of what lies here."""

    def __init__(self, state: Path, store: Path) -> None:
        self._file = state / "kept" / "here.json"
        self._store = store

    def mark(self) -> Mark:
        """What was written down last."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Mark)
        except (OSError, msgspec.MsgspecError):
            return Mark()

    def begin(self) -> None:
        """A snapshot is about to come over what lies here."""
        self._write(Mark(coming=True))

    def write(self, snapshot: str) -> None:
        """The store is now as this snapshot has it."""
        self._write(Mark(snapshot=snapshot, store=self._digest()))

    def went_on(self) -> bool:
        """Whether the store here has something that no snapshot has: a killed call's work, or a person's."""
        mark = self.mark()
        return self._store.is_file() and not mark.coming and mark.store != self._digest()

    def _write(self, mark: Mark) -> None:
        durable.write_bytes(self._file, msgspec.json.encode(mark))

    def _digest(self) -> str:
        return sha256_file(self._store) if self._store.is_file() else ""
