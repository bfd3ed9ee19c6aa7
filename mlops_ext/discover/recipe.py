"""How an estimator is made, lifted out of a script: library calls and values that are written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlops_ext.discover.parameters import defaults_of_arguments, keys_of, values_at
from mlops_ext.discover.source import Module, as_it_stands

LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost")
PURE = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.UnaryOp, ast.BinOp, ast.Starred)


class NotLiftedError(Exception):
    """Something in it is not written down; the text says what."""


@dataclass
class Scope:
    """Where names are looked up: imports and assignments of a module and of one function, and parameters."""

    imports: dict[str, str] = field(default_factory=dict)
    assigned: dict[str, list[ast.Assign]] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass
class Recipe:
    """Lines that make an estimator, in order; `classes` are what it calls of the libraries."""

    imports: dict[str, str] = field(default_factory=dict)
    lines: dict[int, str] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)


def scope_of(module: Module, function: ast.FunctionDef | None, params: Mapping[str, Any]) -> Scope:
    """The names that code in a function of a module, or in the module itself, can see."""
    arguments = defaults_of_arguments(module.tree)
    scope = Scope(params={**params, "": arguments} if arguments else params, source=module.source)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            scope.imports |= dict(_imported(node))
    for body in (module.tree, function):
        for node in own_nodes(body) if body else ():
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                scope.assigned.setdefault(node.targets[0].id, []).append(node)
    return scope


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a module or function without those of functions inside it."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from own_nodes(child)


def lift(node: ast.expr, scope: Scope, recipe: Recipe) -> ast.expr:
    """The expression with parameters filled in; what it needs is added to the recipe."""
    if isinstance(node, ast.Name):
        return _name(node, scope, recipe)
    if isinstance(node, ast.Subscript | ast.Attribute):
        return _looked_up(node, scope, recipe)
    if isinstance(node, ast.Call):
        _of_library(node.func, scope, recipe)
        recipe.classes.append(ast.unparse(node.func).rpartition(".")[2])
        arguments = [lift(argument, scope, recipe) for argument in node.args]
        named = [ast.keyword(word.arg, lift(word.value, scope, recipe)) for word in node.keywords]
        return ast.copy_location(ast.Call(node.func, arguments, named), node)
    if not isinstance(node, PURE):
        raise NotLiftedError(f"`{ast.unparse(node)}`")
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr):
            setattr(node, name, lift(value, scope, recipe))
        elif isinstance(value, list):
            parts = [lift(one, scope, recipe) if isinstance(one, ast.expr) else one for one in value]
            setattr(node, name, parts)
    return node


def _name(node: ast.Name, scope: Scope, recipe: Recipe) -> ast.expr:
    known = scope.assigned.get(node.id, [])
    if node.id in scope.imports:
        _of_library(node, scope, recipe)
        return node
    if len(known) != 1:
        return _parameter((node.id,), scope)
    if known[0].lineno not in recipe.lines:
        before = ast.dump(known[0].value)
        try:
            value = lift(known[0].value, scope, recipe)
        except NotLiftedError:
            keys = keys_of(known[0].value)
            return _parameter(keys[1:] if len(keys) > 1 else (node.id,), scope)
        as_written = as_it_stands(known[0], scope.source) if ast.dump(value) == before else ""
        recipe.lines[known[0].lineno] = as_written or f"{node.id} = {ast.unparse(value)}"
    return node


def _looked_up(node: ast.Subscript | ast.Attribute, scope: Scope, recipe: Recipe) -> ast.expr:
    keys = keys_of(node)
    if keys and keys[0] in scope.imports:
        _of_library(node, scope, recipe)
        return node
    if len(keys) < 2:
        raise NotLiftedError(f"`{ast.unparse(node)}`")
    return _parameter(keys[1:], scope)


def _parameter(keys: tuple[str, ...], scope: Scope) -> ast.expr:
    """The one value in the parameters at a path that ends so."""
    found = values_at(keys, scope.params)
    if len(found) != 1:
        raise NotLiftedError(f"`{'.'.join(keys)}`")
    return ast.parse(repr(found[0]), mode="eval").body


def _of_library(node: ast.expr, scope: Scope, recipe: Recipe) -> None:
    root = next(iter(keys_of(node)), "")
    line = scope.imports.get(root, "")
    package = line.split()[1].partition(".")[0] if line else ""
    if package not in (*LIBRARIES, "numpy"):
        raise NotLiftedError(f"`{ast.unparse(node)}`")
    recipe.imports[root] = line


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        as_ = f" as {alias.asname}" if alias.asname else ""
        if isinstance(node, ast.Import):
            yield name, f"import {alias.name}{as_}"
        elif node.module and not node.level:
            yield name, f"from {node.module} import {alias.name}{as_}"
