"""`[tool.mlops-ext.great-expectations]`."""

from __future__ import annotations

from typing import Literal

import msgspec


class GreatExpectationsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`folder` is the team's GX folder below the project.

    `vacuous` says what an expectation is that found no value to look at: fail, or a warning.
    """

    folder: str = "gx"
    vacuous: Literal["fail", "warn"] = "fail"
