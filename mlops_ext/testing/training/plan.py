"""What is asked: written by the host as JSON, or said by the options of pytest."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Plan:
    """`table` is a file, `label` its column with the truth; columns in `ignored` are handed on as they are.

    `csv` are words of `pandas.read_csv`; `absent` is skip where a table that is not here is no fault.

    `features` are the columns to hand to `fit` (none: all but the label); `path` are folders that the
    adapter may import from, `root` is the project: what lies below it is the team's own code. `stage`
    stands in for an adapter: a `tree` to copy, its `steps`, and where in it the `table` and the `model` lie.
    """

    adapter: str = ""
    table: str = ""
    format: str = ""
    csv: dict[str, Any] = field(default_factory=dict)
    absent: str = "error"
    label: str = ""
    features: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    rows: int = 300
    params: dict[str, Any] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    root: str = ""
    stage: dict[str, Any] = field(default_factory=dict)

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(self.__dict__)


def load(file: str) -> Plan:
    """The plan in a file."""
    given: dict[str, Any] = json.loads(Path(file).read_text(encoding="utf-8"))
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
    }
    return Plan(**fields)
