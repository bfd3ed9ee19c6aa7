"""The training tests run where nothing of mlops-ext is: in old Pythons, with their own package alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "mlops_ext" / "testing" / "training"
NAME = "mlops_ext.testing.training"


@pytest.mark.parametrize("file", sorted(PACKAGE.glob("*.py")), ids=lambda file: file.stem)
def test_each_file_parses_in_python_3_9_and_imports_nothing_else_of_ours(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    named |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    ours = {name for name in named if name.startswith("mlops_ext") and not name.startswith(NAME)}
    # The loader of model files travels with the package.
    assert ours <= {"mlops_ext.adapter"}


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    first = PACKAGE / "__init__.py"
    top = [
        node for node in ast.parse(first.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert {getattr(node, "module", None) for node in top} == {"__future__", "pathlib", "typing"}
