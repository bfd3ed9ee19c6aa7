"""A project whose only business is one table with its suite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from projects.make import Tiny

TABLE = """
name = "visits"
plugins = ["great-expectations", "ibis"]

[data.visits]
path = "data/visits.parquet"
suite = "visits"
time = "day"
columns = { id = "id", label = "bought" }
"""


class TableProject(Tiny):
    """One table with its suite, and nothing else: no pipeline, no store."""

    @property
    def table(self) -> Path:
        """The table's file."""
        return self.root / "data" / "visits.parquet"

    def suite(self, *expectations: dict[str, Any]) -> None:
        """Another suite in place of the project's."""
        path = self.root / "gx" / "expectations" / "visits.json"
        said = json.loads(path.read_text())
        path.write_text(json.dumps({**said, "expectations": list(expectations)}))

    def integrate(self, code: int) -> str:
        """What `integrate` says, on one screen and without a traceback."""
        done = self.call("integrate", code=code)
        return one_screen(done.stdout + done.stderr)


def expect(kind: str, **kwargs: Any) -> dict[str, Any]:
    """An expectation as it stands in a suite's file."""
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": {}, "severity": "critical"}


def one_screen(text: str) -> str:
    """The text, which fits on a screen and shows no traceback."""
    assert "Traceback" not in text, text
    assert len(text.splitlines()) <= 40, text
    return text
