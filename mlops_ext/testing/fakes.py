"""Distributions made of text: real entry points and real imports, without an installation."""

from __future__ import annotations

import textwrap
from pathlib import Path

HEADER = """
from mlops_ext import Check, Plugin, Report, hookimpl
"""


def write_distribution(
    folder: Path, name: str, code: str, *, version: str = "1.0", module: str = "", distribution: str = ""
) -> Path:
    """Put a plugin into a folder for `sys.path`: its module, and its dist-info with an entry point."""
    module = module or f"plugin_{name.replace('-', '_')}"
    distribution = distribution or f"mlops-ext-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{module}.py").write_text(HEADER + textwrap.dedent(code), encoding="utf-8")
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[mlops_ext]\n{name} = {module}\n")
    return folder
