"""Expressions as patterns of paths: constants, names, joins, f-strings, arguments of calls."""

from __future__ import annotations

import ast
import re

from mlops_ext.findings.code import Module
from mlops_ext.findings.scope import Scope

UNKNOWN = ".*"
DEEPEST = 8
MOST = 24


class Paths:
    """The patterns that expressions of one module may stand for; `names` keeps those that were asked."""

    def __init__(self, module: Module, scope: Scope, names: dict[str, set[str]]) -> None:
        self.module = module
        self.scope = scope
        self.names = names

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
        made = last in ("Path", "PurePath", "PosixPath") and node.args
        if made or name.endswith("path.join") or last == "joinpath":
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
        if name not in self.names:
            self.names[name] = {UNKNOWN}  # for a name that is made of itself
            found: set[str] = set()
            for module, value in self.scope.values(name):
                other = Paths(module, self.scope, self.names)
                found |= {UNKNOWN} if value is None else other.of(value, depth + 1)
            self.names[name] = found or {UNKNOWN}
        return self.names[name]


def _normal(text: str) -> str:
    return re.sub(r"^(?:\./)+", "", text.replace("\\", "/"))
