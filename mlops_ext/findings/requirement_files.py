"""What a project asks to be installed, wherever it says so, each with its line."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from mlops_ext.environments.pins import first_unpinned
from mlops_ext.findings.versions import normal
from mlops_ext.reading import located
from mlops_ext.reading.located import Word, mapping, sequence
from mlops_ext.reading.tree import Tree

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "Pipfile.lock", "pylock.toml", "conda-lock.yml")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(.*)")
_TEXT = re.compile(
    r"(?:^|.*[-_./])(?:requirements?|reqs?|constraints)(?:[-_.][\w.-]*)?\.(?:txt|in)$|^requirements/[\w.-]+\.(?:txt|in)$"
)
# Written by MLflow beside each model that it logs.
_LOGGED = re.compile(r"(?:^|/)(?:mlruns|mlartifacts)/")
NAMES = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
CONDA = ("environment", "conda", "env")


class Requirement(NamedTuple):
    """One line that asks for a package; `spec` is what it says about the version."""

    name: str
    spec: str
    file: str
    line: int

    @property
    def free(self) -> bool:
        """Whether any version will do."""
        spec = self.spec.replace(" ", "").strip("\"'")
        if "@" in spec or "://" in spec:
            return "git+" in spec and not re.search(r"\.git@|@[0-9a-f]{7,40}|@v?\d", spec)
        return spec in ("", "*", "==*", ">0", ">=0", ">=0.0", ">=0.0.0", "latest")


def files(tree: Tree) -> list[str]:
    """The files that ask for packages."""
    return [path for path in tree.files if not _LOGGED.search(path) and _is_one(path)]


def locked(tree: Tree, path: str) -> bool:
    """Whether a lock lies beside this file or at the top."""
    folder = PurePosixPath(path).parent
    beside = {(folder / name).as_posix() for name in LOCKS} | set(LOCKS)
    stem = path.removesuffix(".txt").removesuffix(".in")
    own = {f"{stem}{ending}" for ending in (".lock", "-lock.txt", ".lock.txt")}
    own |= {f"{stem}.txt"} if path.endswith(".in") else set()
    pinned = path.endswith(NAMES) and any(
        first_unpinned(tree.text(other) or "") is None for other in files(tree) if _text_beside(other, folder)
    )
    bound = re.search(r"^\s*(?:-c|--constraint)\b", tree.text(path) or "", re.MULTILINE)
    named = "lock" in folder.name + PurePosixPath(path).name
    return pinned or named or bool(bound) or any(tree.has(name) for name in beside | own)


def _text_beside(path: str, folder: PurePosixPath) -> bool:
    return path.endswith(".txt") and PurePosixPath(path).parent in (folder, folder / "requirements")


def requirements(tree: Tree, path: str) -> list[Requirement]:
    """What one file asks for; a file that can't be parsed asks for nothing."""
    text = tree.text(path)
    name = PurePosixPath(path).name
    if text is None:
        return []
    try:
        if name.endswith((".txt", ".in")):
            return list(_lines(path, text))
        if name in ("pyproject.toml", "Pipfile"):
            return list(_toml(path, text))
        if name == "setup.cfg":
            return list(_setup_cfg(path, text))
        return list(_setup_py(path, text) if name == "setup.py" else _conda(path, text))
    except (ValueError, SyntaxError, configparser.Error, located.NotYamlError):
        return []


def locks(tree: Tree) -> Iterator[tuple[str, list[Requirement]]]:
    """What lock files hold, each package as a pin."""
    for path in tree.named(*LOCKS):
        text = tree.text(path) or ""
        try:
            content = json.loads(text) if path.endswith("Pipfile.lock") else _toml_of(path, text)
        except ValueError:
            continue
        rows = content.get("package") or content.get("packages") or []
        pairs = [
            (mapping(row).get("name"), mapping(row).get("version")) for row in rows if isinstance(row, dict)
        ]
        pairs += [
            (name, mapping(row).get("version")) for name, row in mapping(content.get("default")).items()
        ]
        yield (
            path,
            [
                Requirement(normal(name), f"=={str(spec).lstrip('=')}", path, _line_with(text, name))
                for name, spec in pairs
                if isinstance(name, str) and spec
            ],
        )


def _toml_of(path: str, text: str) -> dict[str, Any]:
    return tomllib.loads(text) if path.endswith((".lock", ".toml")) else {}


def _is_one(path: str) -> bool:
    name = PurePosixPath(path).name
    conda = name.endswith((".yml", ".yaml")) and name.partition(".")[0].partition("-")[0] in CONDA
    return bool(_TEXT.match(path)) or name in NAMES or (conda and "/.github/" not in f"/{path}")


def _made(text: str, file: str, line: int) -> Iterator[Requirement]:
    text = re.split(r"\s#|;|\s--hash", text, maxsplit=1)[0].strip()
    if text.startswith(("git+", "hg+")):
        yield Requirement(text.rsplit("/", 1)[-1].partition("@")[0], text, file, line)
    elif (found := _REQUIREMENT.fullmatch(text)) and not re.match(r"\w+://", text):
        yield Requirement(normal(found[1]), found[2].strip("() "), file, line)


def _lines(path: str, text: str) -> Iterator[Requirement]:
    for number, line in enumerate(text.replace("\\\n", "  ").splitlines(), start=1):
        if not line.strip().startswith(("#", "-", ".", "/")):
            yield from _made(line, path, number)


def _toml(path: str, text: str) -> Iterator[Requirement]:
    content: dict[str, Any] = tomllib.loads(text)
    project = mapping(content.get("project"))
    groups = [project.get("dependencies"), *mapping(project.get("optional-dependencies")).values()]
    for given in (one for group in groups if isinstance(group, list) for one in group):
        if isinstance(given, str):
            yield from _made(given, path, _line_with(text, given))
    poetry = mapping(mapping(mapping(content.get("tool")).get("poetry")).get("dependencies"))
    for table in (poetry, mapping(content.get("packages"))):
        for name, spec in table.items():
            said = spec.get("version", spec.get("git", "")) if isinstance(spec, dict) else spec
            if name != "python" and not (isinstance(spec, dict) and {"path", "file", "url"} & set(spec)):
                yield Requirement(normal(name), str(said), path, _line_with(text, name))


def _setup_cfg(path: str, text: str) -> Iterator[Requirement]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    for line in parser.get("options", "install_requires", fallback="").splitlines():
        yield from _made(line, path, _line_with(text, line.strip()))


def _setup_py(path: str, text: str) -> Iterator[Requirement]:
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.keyword)
            and node.arg == "install_requires"
            and isinstance(node.value, ast.List)
        ):
            for one in node.value.elts:
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield from _made(one.value, path, one.lineno)


def _conda(path: str, text: str) -> Iterator[Requirement]:
    for entry in sequence(mapping(located.load(text)).get("dependencies")):
        if isinstance(entry, Word):
            name, _, spec = re.sub(r"\s*([=<>!~])", r" \1", entry.rpartition("::")[2], count=1).partition(" ")
            if name not in ("python", "pip"):
                yield Requirement(normal(name), spec.strip(), path, entry.line)
        for word in sequence(mapping(entry).get("pip")):
            if isinstance(word, Word) and not word.startswith("-"):
                yield from _made(word, path, word.line)


def _line_with(text: str, what: str) -> int:
    quoted = re.compile(rf"(?<![\w-]){re.escape(what)}(?![\w-])" if what else "$^")
    return next((number for number, line in enumerate(text.splitlines(), 1) if quoted.search(line)), 1)
