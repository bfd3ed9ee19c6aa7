"""Expressions as patterns of paths: constants, names, joins, f-strings, arguments of calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mlops_ext.findings.code import Function, Module, argument

UNKNOWN = ".*"
DEEPEST = 8
MOST = 24


class Paths:
    """The patterns that expressions of one module may stand for, seen with all that it imports."""

    def __init__(
        self, module: Module, closure: tuple[Module, ...], names: dict[str, set[str]] | None = None
    ) -> None:
        self.module = module
        self.closure = closure
        self.names = {} if names is None else names

    def of(self, node: ast.expr, depth: int = 0) -> set[str]:
        """All patterns that an expression may stand for; more than a few are unknown."""
        found = self._of(node, depth) if depth < DEEPEST else {UNKNOWN}
        return found if len(found) <= MOST else {UNKNOWN}

    def _of(self, node: ast.expr, depth: int) -> set[str]:
        if isinstance(node, ast.Constant):
            return {re.escape(_normal(str(node.value)))} if isinstance(node.value, str) else {UNKNOWN}
        if isinstance(node, ast.JoinedStr):
            return self._row(list(node.values), depth, "")
        if isinstance(node, ast.FormattedValue):
            return self.of(node.value, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Div):
            return self._row([node.left, node.right], depth, "/" if isinstance(node.op, ast.Div) else "")
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.IfExp):
            return self.of(node.body, depth + 1) | self.of(node.orelse, depth + 1)
        if isinstance(node, ast.Attribute) and node.attr == "parent":
            return {
                one.rpartition("/")[0] if "/" in one else UNKNOWN for one in self.of(node.value, depth + 1)
            }
        return self._named(node.id, depth) if isinstance(node, ast.Name) else {UNKNOWN}

    def _row(self, nodes: list[ast.expr], depth: int, between: str) -> set[str]:
        found = {""}
        for place, node in enumerate(nodes):
            gap = between if place else ""
            found = {f"{start}{gap}{end}" for start in found for end in self.of(node, depth + 1)}
        return {re.sub(r"^(?:\\?\./)+", "", one.replace("//", "/")) for one in found}

    def _call(self, node: ast.Call, depth: int) -> set[str]:
        name = self.module.dotted(node.func)
        last = name.rpartition(".")[2]
        if (
            name.endswith("path.join")
            or (last in ("Path", "PurePath", "PosixPath") and node.args)
            or last == "joinpath"
        ):
            own = [node.func.value] if last == "joinpath" and isinstance(node.func, ast.Attribute) else []
            return self._row([*own, *node.args], depth, "/")
        if last in ("str", "fspath", "abspath", "realpath", "normpath") and len(node.args) == 1:
            return self.of(node.args[0], depth + 1)
        if last in ("resolve", "absolute", "expanduser", "as_posix") and isinstance(node.func, ast.Attribute):
            return self.of(node.func.value, depth + 1)
        if last in ("open", "ZipFile"):
            return self.of(node.args[0], depth + 1) if node.args else {UNKNOWN}
        return {UNKNOWN}

    def _named(self, name: str, depth: int) -> set[str]:
        """What a name is given anywhere: too much is no harm here, too little would be."""
        if name in self.names:
            return self.names[name]
        self.names[name] = {UNKNOWN}  # a name that is made of itself
        found: set[str] = set()
        known = False
        for part in self.closure:
            other = Paths(part, self.closure, self.names)
            for node in ast.walk(part.body):
                for value in _given(node, name):
                    known = True
                    found |= {UNKNOWN} if value is None else other.of(value, depth + 1)
            for function in part.functions.values():
                for place, value in _parameter(function, name, self.closure):
                    known = True
                    found |= (
                        {UNKNOWN}
                        if value is None
                        else Paths(place, self.closure, self.names).of(value, depth + 1)
                    )
        self.names[name] = found if known else {UNKNOWN}
        return self.names[name]


def _given(node: ast.AST, name: str) -> Iterator[ast.expr | None]:
    """Values that a statement gives to a name; None where that can't be told."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id == name:
                yield node.value
            elif isinstance(target, ast.Tuple | ast.List) and _holds(target, name):
                yield None
    elif (
        isinstance(node, ast.AnnAssign | ast.NamedExpr)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
    ):
        yield node.value
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                yield item.context_expr
    elif isinstance(node, ast.For | ast.comprehension | ast.AugAssign) and _holds(node.target, name):
        yield None


def _holds(target: ast.expr, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(target))


def _parameter(
    function: Function, name: str, closure: tuple[Module, ...]
) -> Iterator[tuple[Module, ast.expr | None]]:
    """What callers give to a parameter of this name."""
    arguments = function.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    if name not in names and name not in [one.arg for one in arguments.kwonlyargs]:
        return
    place = names.index(name) - (1 if names[:1] in (["self"], ["cls"]) else 0) if name in names else None
    defaults = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
    defaults |= {
        one.arg: value
        for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if value
    }
    calls = 0
    for part in closure:
        for called, call in part.calls:
            if called.rpartition(".")[2] in (function.name, "partial"):
                calls += 1
                yield part, argument(call, name, place) or defaults.get(name)
    if not calls:
        yield closure[0], None


def _normal(text: str) -> str:
    return re.sub(r"^(?:\./)+", "", text.replace("\\", "/"))
