"""Python files as syntax trees, each parsed once; names are followed through imports, nothing is imported."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from mlops_ext.reading.tree import Tree, joined

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, eq=False)
class Module:
    """A parsed file."""

    path: str
    body: ast.Module

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name stands for: `tts` is `sklearn.model_selection.train_test_split`."""
        found: dict[str, str] = {}
        for node in ast.walk(self.body):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}".lstrip(".")
        return found

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions and methods by their bare name."""
        return {
            node.name: node
            for node in ast.walk(self.body)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }

    @cached_property
    def calls(self) -> tuple[tuple[str, ast.Call], ...]:
        """Every call with its name, in the order of lines."""
        nodes = (node for node in ast.walk(self.body) if isinstance(node, ast.Call))
        return tuple((self.dotted(node.func), node) for node in sorted(nodes, key=lambda node: node.lineno))

    def dotted(self, node: ast.expr) -> str:
        """`np.random.seed` as `numpy.random.seed`; what is called on a value begins with a dot."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            parts.append(self.names.get(node.id, node.id))
            return ".".join(reversed(parts))
        return "." + ".".join(reversed(parts)) if parts else ""

    def imports(self, *packages: str) -> bool:
        """Whether one of these top-level packages is imported."""
        return any(name.partition(".")[0] in packages for name in self.names.values())


@dataclass
class Code:
    """The Python files of a tree."""

    tree: Tree
    broken: dict[str, tuple[int, str]] = field(default_factory=dict)
    _parsed: dict[str, Module | None] = field(default_factory=dict)
    _imports: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _closures: dict[str, tuple[Module, ...]] = field(default_factory=dict)

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """All that could be parsed; the others are in `broken` afterwards."""
        return tuple(found for path in self.tree.named(".py") if (found := self.module(path)))

    def module(self, path: str) -> Module | None:
        """One file, where it is there and can be parsed."""
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        return self._parsed[path]

    def closure(self, path: str) -> tuple[Module, ...]:
        """A script and the modules of this repository that it imports, directly or not."""
        if path not in self._closures:
            found: dict[str, Module] = {}
            waiting = [path]
            while waiting:
                module = self.module(waiting.pop())
                if module and module.path not in found:
                    found[module.path] = module
                    waiting += self._edges(module)
            self._closures[path] = tuple(found.values())
        return self._closures[path]

    def complete(self, path: str) -> bool:
        """Whether all that a script imports from here could be parsed."""
        return not any(edge in self.broken for module in self.closure(path) for edge in self._edges(module))

    def _edges(self, module: Module) -> tuple[str, ...]:
        if module.path not in self._imports:
            self._imports[module.path] = tuple(self._imported(module))
        return self._imports[module.path]

    def find(self, target: str, *folders: str) -> str:
        """The file of a script or of a module that is run with -m, from these folders; empty if none."""
        names = (target,) if target.endswith(".py") else (f"{target}.py", f"{target}/__main__.py")
        for folder in folders:
            for name in names:
                path = joined(folder, name)
                if self.tree.has(path):
                    return path
        return ""

    def _parse(self, path: str) -> Module | None:
        text = self.tree.text(path) if self.tree.has(path) else None
        if text is None:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # their invalid escapes are not our warnings
                return Module(path, ast.parse(text))
        except SyntaxError as error:
            self.broken[path] = (error.lineno or 1, error.msg)
        except (ValueError, RecursionError, MemoryError) as error:
            self.broken[path] = (1, str(error) or type(error).__name__)
        return None

    def _imported(self, module: Module) -> Iterator[str]:
        here = PurePosixPath(module.path).parent.as_posix()
        for node in ast.walk(module.body):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._files(alias.name, here, "", self.tree.project, "src")
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                up = here
                for _ in range(node.level - 1):
                    up = PurePosixPath(up).parent.as_posix()
                folders = (up,) if node.level else (here, "", self.tree.project, "src")
                for name in (base, *(f"{base}.{alias.name}".strip(".") for alias in node.names)):
                    yield from self._files(name, *folders)

    def _files(self, name: str, *folders: str) -> Iterator[str]:
        path = name.replace(".", "/")
        for folder in folders:
            for candidate in (joined(folder, f"{path}.py"), joined(folder, f"{path}/__init__.py")):
                if self.tree.has(candidate):
                    yield candidate
                    return


def argument(call: ast.Call, name: str, place: int | None = None) -> ast.expr | None:
    """An argument by its name, or by its place."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    positional = place is not None and len(call.args) > place
    return call.args[place] if positional and place is not None else None


def opened(call: ast.Call) -> bool:
    """Whether `*args` or `**kwargs` hide what is given."""
    return any(keyword.arg is None for keyword in call.keywords) or any(
        isinstance(node, ast.Starred) for node in call.args
    )


def text_of(node: ast.expr | None) -> str | None:
    """A constant string."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_none(node: ast.expr | None) -> bool:
    """Whether an argument is not given, or is None."""
    return node is None or (isinstance(node, ast.Constant) and node.value is None)
