"""The project environment: the interpreter of an environment that lies in the project."""

from __future__ import annotations

import os
from pathlib import Path

USUAL = (".venv", "venv", "env", ".env")


def find_python(root: Path) -> str:
    """Its interpreter, relative to the project; of several the usual names win. Empty where there is none."""
    found = sorted(
        (
            path.parent.name
            for path in root.glob("*/pyvenv.cfg")
            if os.access(path.parent / "bin/python", os.X_OK)
        ),
        key=lambda name: (USUAL.index(name) if name in USUAL else len(USUAL), name),
    )
    return f"{found[0]}/bin/python" if found else ""
