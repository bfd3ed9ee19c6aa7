"""`[tool.mlops-ext.great-expectations]`."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class GreatExpectationsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`folder` is the team's GX folder below the project.

    `vacuous` says what an expectation is that found no value to look at: fail, or a warning. `parameters`
    are values for `$PARAMETER` in suites, `batch.<checkpoint>` the parameters of a checkpoint's batches.
    `data_docs` leaves GX's page of each suite under `.mlops-ext/data-docs/`.
    """

    folder: str = "gx"
    vacuous: Literal["fail", "warn"] = "fail"
    parameters: dict[str, Any] = {}
    batch: dict[str, dict[str, str]] = {}
    data_docs: bool = False
