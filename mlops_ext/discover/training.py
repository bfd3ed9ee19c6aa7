"""Where a model is fitted, and whether that can be done again on other rows: only what is plain is taken."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mlops_ext.discover.features import Selection, selection
from mlops_ext.discover.recipe import LIBRARIES, NotLiftedError, Recipe, lift, own_nodes, scope_of
from mlops_ext.discover.source import Module

# Calls by which a script changes its rows: a model of the rows as they lie in the file is another model.
CHANGES = {
    "fit_transform", "transform", "fit_resample", "get_dummies", "factorize", "map", "apply", "replace",
    "fillna", "merge", "join", "select_dtypes", "assign", "astype", "pivot", "groupby", "scale", "normalize",
}  # fmt: skip
CHANGERS = {"LabelEncoder", "SMOTE", "PCA", "DMatrix"}


@dataclass(frozen=True)
class Training:
    """A fit that can be repeated: the lines that make the estimator `name`, and the rows that it wants."""

    file: str
    line: int
    name: str
    imports: tuple[str, ...]
    lines: tuple[str, ...]
    classes: tuple[str, ...]
    selection: Selection
    texts: tuple[str, ...]

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


def find_training(
    modules: Mapping[str, Module], params: Mapping[str, Any]
) -> tuple[list[Training], list[str]]:
    """The fits that can be repeated, and why others can't."""
    found, reasons = [], []
    for file, module in sorted(modules.items()):
        for function, call in _fits(module.tree):
            try:
                training = _training(file, module, function, call, params)
            except NotLiftedError as error:
                reasons.append(f"{file}:{call.lineno} fits a model, and {error} is not plain from the code")
                continue
            if training:
                found.append(training)
    return found, reasons


def _fits(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | None, ast.Call]]:
    """Every `estimator.fit(X, y)`, with the function it stands in."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in (None, *functions):
        for node in own_nodes(scope or tree):
            if isinstance(node, ast.Call) and _is_fit(node):
                yield scope, node


def _is_fit(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "fit" and len(call.args) == 2


def _training(
    file: str,
    module: Module,
    function: ast.FunctionDef | None,
    call: ast.Call,
    params: Mapping[str, Any],
) -> Training | None:
    recipe, scope = Recipe(), scope_of(module, function, params)
    base = copy.deepcopy(call.func.value if isinstance(call.func, ast.Attribute) else call.func)
    made = lift(base, copy.deepcopy(scope), recipe)
    if not any(line.split()[1].startswith(LIBRARIES) for line in recipe.imports.values()):
        return None
    if any(name.endswith("SearchCV") for name in recipe.classes):
        raise NotLiftedError("a search over parameters")
    _unchanged(module.tree, recipe)
    chosen = selection(module.tree)
    if chosen is None:
        raise NotLiftedError("which columns it takes")
    name = made.id if isinstance(made, ast.Name) else "model"
    lines = [recipe.lines[number] for number in sorted(recipe.lines)]
    if not isinstance(made, ast.Name):
        lines.append(f"model = {ast.unparse(made)}")
    texts = {
        str(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and _is_text(node)
    }
    imports = tuple(sorted(set(recipe.imports.values())))
    return Training(
        file, call.lineno, name, imports, tuple(lines), tuple(recipe.classes), chosen, tuple(sorted(texts))
    )


def _unchanged(tree: ast.Module, recipe: Recipe) -> None:
    """Refuse a script that changes its rows outside of the estimator."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in CHANGES or (name in CHANGERS and name not in recipe.classes):
            raise NotLiftedError(f"what `{name}` does to its rows in line {node.lineno}")


def _is_text(node: ast.Constant) -> bool:
    return isinstance(node.value, str) and len(node.value) < 300
