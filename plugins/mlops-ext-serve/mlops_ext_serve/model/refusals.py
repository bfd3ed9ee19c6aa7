"""What a request is refused with: a status, the words, and which field they are about."""

from __future__ import annotations


class Refusal(Exception):
    """An answer other than 200. Never holds what the caller sent, only names that the model declared."""

    def __init__(self, status: int, what: str, *, where: str = "") -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.where = where
