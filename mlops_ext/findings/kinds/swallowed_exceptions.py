"""Scripts that catch everything and end with 0: DVC and CI take what is there for the result."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mlops_ext.findings.code import Function, Module
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import argv, pieces, python_target
from mlops_ext.findings.stage_scripts import scripts_of

# What only tells: the first part of a call's name, or its last.
_TELLERS = frozenset(
    ["print", "log", "logging", "logger", "_logger", "traceback", "warnings", "click", "rich", "mlflow"]
)
_TELLS = frozenset(
    [
        "error",
        "exception",
        "warning",
        "info",
        "debug",
        "critical",
        "print_exc",
        "echo",
        "write",
        "log",
        "print",
    ]
)
_EXITS = ("sys.exit", "exit", "quit", "os._exit", "SystemExit")


def find(look: Look) -> Iterator[Finding]:
    """The scripts that a stage or CI runs: their top level, and the functions that it calls."""
    for path, who in _run(look).items():
        module = look.code.module(path)
        for handler in _handlers(module) if module else ():
            yield Finding(
                rule="swallowed-failure",
                file=path,
                line=handler.lineno,
                message=f"`{_written(handler)}` ends the work of {who} without a word to the caller: it "
                "fails and exits with 0",
                hint="let the exception go, or end the handler with `raise` or sys.exit(1)",
            )


def _run(look: Look) -> dict[str, str]:
    found: dict[str, str] = {}
    for stage in look.pipelines.stages:
        for path in scripts_of(look, stage):
            found.setdefault(path, f"stage {stage.name}")
    for script in look.scripts:
        for piece in pieces(script.text):
            target = python_target(argv(piece.text))
            path = look.code.find(target[0], "", look.tree.project) if target else ""
            if path:
                found.setdefault(path, script.where)
    return found


def _handlers(module: Module) -> Iterator[ast.ExceptHandler]:
    top = list(_top(module.body.body))
    for node in top:
        if isinstance(node, ast.Try) and _does_work(node.body, module):
            yield from _silent(node, module)
    for name in sorted(_called(top, module)):
        function = module.functions.get(name)
        for node in _whole(function) if function else ():
            yield from _silent(node, module)


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when the file does, also under `if __name__ == "__main__"` and in `with`."""
    for node in body:
        if isinstance(node, ast.If):
            yield from _top(node.body)
            yield from _top(node.orelse)
        elif isinstance(node, ast.With):
            yield from _top(node.body)
        else:
            yield node


def _called(top: list[ast.stmt], module: Module) -> set[str]:
    """Functions of this file that its top level calls."""
    statements = [
        node for node in top if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    calls = (node for one in statements for node in ast.walk(one) if isinstance(node, ast.Call))
    return {module.dotted(call.func).rpartition(".")[2] for call in calls}


def _whole(function: Function) -> Iterator[ast.Try]:
    """A `try` around most of a function."""
    first = function.body[0]
    size = (function.end_lineno or 0) - first.lineno + 1
    for node in function.body:
        if isinstance(node, ast.Try) and 2 * ((node.end_lineno or 0) - node.lineno + 1) >= size:
            yield node


def _does_work(body: list[ast.stmt], module: Module) -> bool:
    """Whether anything is called in a `try`: one that only imports has another purpose."""
    calls = [node for one in body for node in ast.walk(one) if isinstance(node, ast.Call)]
    return not all(_tells(module.dotted(call.func)) for call in calls) and not any(
        isinstance(node, ast.Import | ast.ImportFrom) for node in body
    )


def _silent(node: ast.Try, module: Module) -> Iterator[ast.ExceptHandler]:
    for handler in node.handlers:
        silent = _catches_all(handler, module) and all(_says_nothing(one, module) for one in handler.body)
        if silent and not any(_raises(one) for one in node.finalbody):
            yield handler


def _catches_all(handler: ast.ExceptHandler, module: Module) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or module.dotted(kind) in ("Exception", "BaseException") for kind in kinds)


def _says_nothing(node: ast.stmt, module: Module) -> bool:
    """Whether a statement of a handler neither raises, nor ends with a code, nor does anything else."""
    if isinstance(node, ast.Pass) or (isinstance(node, ast.Return) and _empty(node.value)):
        return True
    if isinstance(node, ast.Raise):
        return (
            isinstance(node.exc, ast.Call)
            and module.dotted(node.exc.func) == "SystemExit"
            and _zero(node.exc)
        )
    if not isinstance(node, ast.Expr):
        return False
    if isinstance(node.value, ast.Constant):
        return True
    if not isinstance(node.value, ast.Call):
        return False
    name = module.dotted(node.value.func)
    return _zero(node.value) if name in _EXITS else _tells(name)


def _tells(name: str) -> bool:
    return name.partition(".")[0] in _TELLERS or name.rpartition(".")[2] in _TELLS


def _zero(call: ast.Call) -> bool:
    return not call.args or (isinstance(call.args[0], ast.Constant) and call.args[0].value in (0, None))


def _empty(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _raises(node: ast.stmt) -> bool:
    return any(isinstance(one, ast.Raise) for one in ast.walk(node))


def _written(handler: ast.ExceptHandler) -> str:
    return f"except {ast.unparse(handler.type)}" if handler.type else "except:"
