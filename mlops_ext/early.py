"""Imports that take seconds, begun in a thread while the host is at its own part of a question."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence


class Early:
    """Some modules, on their way in.

    A second import after one that failed may go through, and leave half of a package behind; so the first
    failure is kept for whoever asks.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._import, args=(modules,), daemon=True)
        self._thread.start()

    def require(self) -> None:
        """Wait until they are in, or raise what kept them out."""
        self._thread.join()
        if self._error:
            raise self._error

    def _import(self, modules: Sequence[str]) -> None:
        try:
            for name in modules:
                importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that asks
            self._error = error
