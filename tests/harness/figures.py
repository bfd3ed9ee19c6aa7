"""Figures of the second tier: numbers as JSON, and a picture where matplotlib is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from projects.make import ROOT

FIGURES = ROOT / "docs" / "figures"


def keep(name: str, numbers: Mapping[str, Any], bars: Mapping[str, float], title: str) -> Path:
    """Write the numbers, and bars of what they say."""
    FIGURES.mkdir(parents=True, exist_ok=True)
    path = FIGURES / f"{name}.json"
    path.write_text(json.dumps(numbers, indent=2, sort_keys=True) + "\n")
    try:
        import matplotlib as mpl
    except ImportError:
        return path
    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 0.5 + 0.35 * len(bars)))
    axes.barh(list(bars), list(bars.values()))
    axes.invert_yaxis()
    axes.set_title(title, fontsize=10)
    figure.tight_layout()
    figure.savefig(FIGURES / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)
    return path
