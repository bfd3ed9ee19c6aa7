"""Looking at a repository that has no settings yet: what is there, and which settings fit it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from mlops_ext import discovery, git
from mlops_ext.errors import UsageError
from mlops_ext.settings.find import OWN_FILE, PYPROJECT, read_own, read_pyproject

TABLES = (".parquet", ".csv", ".arrow")
MODELS = (".joblib", ".pkl", ".skops", ".onnx", ".ubj", ".pt", ".cbm")
SKIP = {".git", ".dvc", ".venv", "venv", "node_modules", ".mlops-ext", "__pycache__", "tests"}


@dataclass
class Repository:
    """What was found, each with the place where it was."""

    root: Path
    facts: list[str] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)
    suites: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    python: str = ""
    plugins: list[str] = field(default_factory=list)


def project_root(start: Path) -> Path:
    """The nearest parent with dvc.yaml or .dvc, else the Git root."""
    for folder in (start, *start.parents):
        if (folder / "dvc.yaml").is_file() or (folder / ".dvc").is_dir():
            return folder
    return git.top(start)


def look(root: Path) -> Repository:
    """Read names of files; nothing is run and no table is opened."""
    if read_own(root) or read_pyproject(root):
        raise UsageError(
            "this project has settings already", file=str(root), hint="mlops-ext settings shows them"
        )
    found = Repository(root)
    files = _files(root)
    found.tables = {
        path.stem.replace("_", "-"): _relative(path, root) for path in files if path.suffix in TABLES
    }
    found.suites = sorted(path.stem for path in root.glob("gx/expectations/*.json"))
    found.models = sorted(_relative(path, root) for path in files if path.suffix in MODELS)
    found.python = next((p for p in (".venv/bin/python", "venv/bin/python") if (root / p).exists()), "")
    installed = {entry.name for entry in discovery.find_plugins()}
    wanted = [
        *(["dvc"] if (root / "dvc.yaml").is_file() or (root / ".dvc").is_dir() else []),
        "mlflow",
        "ibis",
        *(["great-expectations"] if found.suites else []),
        "evidently",
        "serve",
    ]
    found.plugins = [name for name in wanted if name in installed]
    found.facts = list(_facts(root, found))
    return found


def as_toml(found: Repository, table: str) -> str:
    """The settings that fit, as text; what was only guessed is left out."""
    prefix = f"{table}." if table else ""
    lines = [f"[{table}]"] if table else []
    lines.append(f"plugins = {json.dumps(found.plugins)}")
    lines += [f'name = "{found.root.name}"'] if not git.origin_name(found.root) and not table else []
    lines += [f'python = "{found.python}"'] if found.python else []
    for name, path in sorted(found.tables.items()):
        lines += [
            "",
            f"[{prefix}data.{json.dumps(name) if '.' in name else name}]",
            f"path = {json.dumps(path)}",
        ]
        lines += [f"suite = {json.dumps(name)}"] if name in found.suites else []
    for target, after in (("test", ""), ("pre-production", ""), ("production", "pre-production")):
        lines += ["", f"[{prefix}targets.{target}]"]
        lines += (
            ['approval = "local"', f'after = {{ target = "{after}", runs = 3 }}']
            if after
            else ['kind = "folder"']
        )
    return "\n".join(lines) + "\n"


def place_for(root: Path) -> tuple[Path, str]:
    """The file that settings go into, and the name of their table there."""
    if (root / PYPROJECT).is_file():
        return root / PYPROJECT, "tool.mlops-ext"
    return root / OWN_FILE, ""


def _facts(root: Path, found: Repository) -> list[str]:
    facts = []
    for name, what in (
        ("dvc.yaml", "a DVC pipeline"),
        ("gx", "a Great Expectations project"),
        ("mlflow.db", "an MLflow SQLite store"),
    ):
        if (root / name).exists():
            facts.append(f"{what}: {name}")
    facts += [f"table {name}: {path}" for name, path in sorted(found.tables.items())]
    facts += [f"suite {name}: gx/expectations/{name}.json" for name in found.suites]
    facts += [
        f"model file: {path} (name it in models.<name>.file, or as an artifact of type model in dvc.yaml)"
        for path in found.models
    ]
    facts.append(
        f"project environment: {found.python}"
        if found.python
        else "no project environment in .venv: our own is used"
    )
    return facts


def _files(root: Path) -> list[Path]:
    found = []
    for path in sorted(root.rglob("*")):
        if not SKIP & set(path.relative_to(root).parts) and path.is_file():
            found.append(path)
    return found


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
