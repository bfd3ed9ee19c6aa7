"""Files of a store that is kept elsewhere between two runners."""

from __future__ import annotations

import msgspec


class KeptFile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file of a store: `digest` is `sha256:<hex>`, `path` where it lies on this machine, or is to lie.

    `name` has slashes and is relative to the folder of the store's file; of a copy that was made to freeze
    the store (`frozen`), to the folder of such copies.
    """

    name: str
    path: str = ""
    digest: str = ""
    size: int = 0
    frozen: bool = False
