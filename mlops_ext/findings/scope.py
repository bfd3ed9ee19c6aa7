"""A script with all that it imports: which functions are called how, and which names are given what."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from mlops_ext.findings.code import Function, Module, argument

# A value and the module it stands in; None where it can't be told.
Value = tuple[Module, ast.expr | None]


class Scope:
    """Names are taken together whatever block they stand in: too many values do no harm, too few would."""

    def __init__(self, closure: tuple[Module, ...]) -> None:
        self.closure = closure
        self.functions: dict[str, list[Function]] = defaultdict(list)
        self.calls: dict[str, list[tuple[Module, ast.Call]]] = defaultdict(list)
        self.given: dict[str, list[Value]] = defaultdict(list)
        self.takers: dict[str, list[Function]] = defaultdict(list)
        for module in closure:
            for function in module.functions.values():
                self.functions[function.name].append(function)
                for name in _parameters(function):
                    self.takers[name].append(function)
            for called, call in module.calls:
                self.calls[called.rpartition(".")[2]].append((module, call))
            for node in ast.walk(module.body):
                for name, value in _gives(node):
                    self.given[name].append((module, value))

    def values(self, name: str) -> list[Value]:
        """What a name may stand for: what it is given, and what callers hand over under it."""
        handed = (value for function in self.takers.get(name, ()) for value in self._handed(function, name))
        return [*self.given.get(name, ()), *handed]

    def _handed(self, function: Function, name: str) -> Iterator[Value]:
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        method = names[:1] in (["self"], ["cls"])
        place = names.index(name) - method if name in names else None
        calls = self.calls.get(function.name, [])
        for module, call in (*calls, *self.calls.get("partial", ())):
            yield module, argument(call, name, place) or _default(function, name)
        if not calls:
            yield self.closure[0], None


def _parameters(function: Function) -> Iterable[str]:
    given = function.args
    return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def _default(function: Function, name: str) -> ast.expr | None:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args)]
    defaults: dict[str, ast.expr | None] = dict(zip(reversed(names), reversed(given.defaults), strict=False))
    defaults |= {one.arg: value for one, value in zip(given.kwonlyargs, given.kw_defaults, strict=True)}
    return defaults.get(name)


def _gives(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """The names that a statement gives a value."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, node.value
            else:
                yield from ((name, None) for name in _names(target))
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name):
        yield node.target.id, node.value
    elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
        yield node.optional_vars.id, node.context_expr
    elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension | ast.AugAssign):
        yield from ((name, None) for name in _names(node.target))


def _names(target: ast.expr) -> list[str]:
    """Names in a target of several; an attribute or an item is no name."""
    return [
        one.id for one in ast.walk(target) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    ]
