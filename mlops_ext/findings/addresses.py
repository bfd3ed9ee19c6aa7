"""Where a repository says where MLflow's server is: calls, settings, environment files, shell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from mlops_ext.findings.code import Code, Function, Module, argument, text_of
from mlops_ext.reading import located
from mlops_ext.reading.tree import Tree

SETTERS = ("set_tracking_uri", "set_registry_uri", "MlflowClient", "TrackingServiceClient")
_KEY = re.compile(r"tracking|mlflow|registry_uri", re.IGNORECASE)
_URI = re.compile(r"ur[il]|host|server|address|endpoint|store|tracking$", re.IGNORECASE)
# An address of something else that MLflow knows.
_OTHER = re.compile(r"artifact|model|image|experiment", re.IGNORECASE)
_LINE = re.compile(
    r"^\s*(?:export\s+|ENV\s+|-\s*|\$env:|set\s+)?['\"]?([\w.-]*(?:MLFLOW|TRACKING)[\w.-]*)['\"]?"
    r"\s*[:=\s]\s*['\"]?([^\s'\"#]+)",
    re.IGNORECASE,
)
_TEST = re.compile(r"(?:^|/)(?:tests?|fixtures|docs?|examples?)/|(?:^|/)(?:test_\w+|\w+_test|conftest)\.py$")
_TEXTS = (".env", ".ini", ".cfg", ".toml", ".json", ".sh", ".properties", ".conf", "Dockerfile", "Makefile")
UNREAD = "?"


class Address(NamedTuple):
    """A value that says where runs go, or `UNREAD`. `fallback`: only where the environment names none."""

    value: str
    file: str
    line: int
    fallback: bool = False
    key: str = ""


def addresses(tree: Tree, code: Code) -> list[Address]:
    """All of them; tests, documents and examples are not asked."""
    found = [one for module in code.modules if not _TEST.search(module.path) for one in of_code(module)]
    for path in tree.files:
        name = PurePosixPath(path).name
        if _TEST.search(path) or re.search(r"(?:^|/)(?:mlruns|mlartifacts|node_modules)/", path):
            continue
        if name.endswith((".yml", ".yaml")):
            found += _of_yaml(path, tree.text(path) or "")
        elif name.endswith(_TEXTS) or name.startswith((".env", "Dockerfile")):
            found += _of_text(path, tree.text(path) or "")
    return found


def of_code(module: Module) -> Iterator[Address]:
    """What is given to MLflow's setters, also by way of a name; and what is put into the environment."""
    constants = _constants(module)
    for name, call in module.calls:
        yield from _of_call(name, call, module, constants)
    for node in ast.walk(module.body):
        if isinstance(node, ast.Assign):
            yield from _assigned(node, module, constants)
        elif isinstance(node, ast.AnnAssign) and _names_store(_name_of(node.target)):
            yield from _value(node.value, module, {}, module.imports("pydantic_settings"))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _defaults(node, module)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if _names_store(text_of(key) or ""):
                    yield from _value(value, module, {})


def _of_call(name: str, call: ast.Call, module: Module, constants: dict[str, ast.expr]) -> Iterator[Address]:
    last = name.rpartition(".")[2]
    words = [text_of(one) or "" for one in call.args]
    if last in SETTERS:
        given = argument(call, "tracking_uri", 0) or argument(call, "uri", 0)
        read = list(_value(given, module, constants))
        yield from read or [Address(UNREAD, module.path, call.lineno)]
    elif name == "dagshub.init":
        yield Address(UNREAD, module.path, call.lineno)
    elif last in ("add_argument", "option") and any(map(_names_store, words)):
        yield from _value(argument(call, "default"), module, constants, True)
    elif name in ("os.environ.setdefault", "os.putenv") and "TRACKING_URI" in (words or [""])[0]:
        yield from _value(argument(call, "", 1), module, constants, fallback=name != "os.putenv")


def _defaults(function: Function, module: Module) -> Iterator[Address]:
    """What a parameter is where no caller names one."""
    names = [*function.args.posonlyargs, *function.args.args]
    for name, value in zip(reversed(names), reversed(function.args.defaults), strict=False):
        if _names_store(name.arg):
            yield from _value(value, module, {}, True)


def _assigned(node: ast.Assign, module: Module, constants: dict[str, ast.expr]) -> Iterator[Address]:
    for target in node.targets:
        if isinstance(target, ast.Subscript) and module.dotted(target.value) == "os.environ":
            if "TRACKING_URI" in (text_of(target.slice) or ""):
                yield from _value(node.value, module, constants)
        elif _names_store(_name_of(target)):
            yield from _value(node.value, module, {})


def _name_of(target: ast.expr) -> str:
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def _names_store(name: str) -> bool:
    return bool(_KEY.search(name) and _URI.search(name) and not _OTHER.search(name))


def _constants(module: Module) -> dict[str, ast.expr]:
    """Names that are given one value in the file."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(module.body):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _value(
    node: ast.expr | None, module: Module, constants: dict[str, ast.expr], fallback: bool = False
) -> Iterator[Address]:
    if isinstance(node, ast.Name) and node.id in constants:
        node = constants[node.id]
    if isinstance(node, ast.BoolOp):
        for one in node.values[1:]:
            yield from _value(one, module, constants, True)
    if isinstance(node, ast.Call):
        name = module.dotted(node.func).rpartition(".")[2]
        if name in ("getenv", "get") or (name == "config" and node.args):
            yield from _value(argument(node, "default", 1), module, constants, True)
        elif name == "as_uri":
            yield Address("file:///", module.path, node.lineno, fallback)
        elif name in ("str", "Path") and node.args:
            yield from _value(node.args[0], module, constants, fallback)
    text = text_of(node) if node is not None else None
    if text is None and isinstance(node, ast.JoinedStr) and node.values:
        text = text_of(node.values[0]) and "".join(text_of(part) or "x" for part in node.values)
    if text is None and isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        text = text_of(node.left)
    if text is None and node is not None and _below_mlruns(node):
        text = "file:mlruns"
    if text and node is not None:
        yield Address(text, module.path, node.lineno, fallback)


def _below_mlruns(node: ast.expr) -> bool:
    """`ROOT / "mlruns"`, `join(here, "mlruns")`, `f"{here}/mlruns"`: a path that ends so."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp):
        parts = [node.right]
    elif isinstance(node, ast.JoinedStr):
        parts = node.values[-1:]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        parts = node.args[-1:] if name in ("join", "joinpath") else []
    return any((text_of(part) or "").rstrip("/").endswith("mlruns") for part in parts)


def _of_yaml(path: str, text: str) -> Iterator[Address]:
    try:
        content = located.load(text)
    except located.NotYamlError:
        return
    for key, word in located.words(content):
        last = key.rpartition(".")[2]
        pair = re.fullmatch(r"(MLFLOW_\w*URI)\s*=\s*(\S+)", word)
        if pair:
            yield Address(pair[2], path, word.line, key=pair[1])
        elif _KEY.search(key) and _URI.search(last) and not _OTHER.search(last) and "\n" not in word:
            yield Address(str(word), path, word.line, key=last)


def _of_text(path: str, text: str) -> Iterator[Address]:
    for number, line in enumerate(text.splitlines(), start=1):
        found = _LINE.match(line)
        if found and _URI.search(found[1]) and not _OTHER.search(found[1]):
            yield Address(found[2].rstrip(",;"), path, number, key=found[1])
