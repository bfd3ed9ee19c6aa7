"""A module's text beside its tree, to show a statement as its team wrote it."""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """What was read of one file."""

    tree: ast.Module
    source: str


def as_it_stands(statement: ast.stmt, source: str) -> str:
    """The text of a statement without its indentation; empty where that would change what it says."""
    first, *others = (ast.get_source_segment(source, statement) or "").splitlines() or [""]
    indent = " " * statement.col_offset
    text = "\n".join([first, *(line.removeprefix(indent) for line in others)])
    try:
        same = ast.dump(ast.parse(text)) == ast.dump(ast.Module([statement], type_ignores=[]))
    except SyntaxError:
        return ""
    return text if same else ""
