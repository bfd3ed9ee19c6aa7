"""Writing a proposal: nothing that is there is overwritten, and the settings come last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_ext.starter.proposal import NewFile, Proposal


def write(proposal: Proposal) -> None:
    """Every file whole or not at all; killed between two, the next call writes the rest."""
    for file in proposal.files:
        path = proposal.root / file.path
        try:
            _write(path, file)
        except OSError as error:
            raise CouldNotTellError(
                f"{file.path} can't be written: {error.strerror}",
                hint="mlops-ext init writes what is missing",
            ) from error


def _write(path: Path, file: NewFile) -> None:
    if file.added:
        durable.write_bytes(path, _behind(path.read_bytes(), file), mode=path.stat().st_mode & 0o777)
    elif path.exists():
        raise CouldNotTellError(f"{file.path} was written by someone else meanwhile", hint="mlops-ext init")
    else:
        durable.write_text(path, file.text)


def _behind(before: bytes, file: NewFile) -> bytes:
    """The old bytes as they are, then the new text with their line ends."""
    ends = b"\r\n" if b"\r\n" in before else b"\n"
    gap = b"" if not before or before.endswith(ends * 2) else ends if before.endswith(b"\n") else ends * 2
    return before + gap + file.text.encode().replace(b"\n", ends)
