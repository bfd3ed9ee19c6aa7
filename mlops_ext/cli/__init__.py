"""The command line: it parses, calls a stage, and prints. One file per command."""

from __future__ import annotations

from mlops_ext.cli.group import main

__all__ = ["main"]
