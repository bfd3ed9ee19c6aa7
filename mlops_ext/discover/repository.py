"""Looking at a repository: what is there, each fact with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlops_ext import discovery, git
from mlops_ext.discover.code import Code, read_code, requirements
from mlops_ext.discover.environment import find_python
from mlops_ext.discover.models import ModelFile, find_models
from mlops_ext.discover.pipeline import Pipeline, read_pipelines
from mlops_ext.discover.tables import TableFile, find_tables
from mlops_ext.discover.tree import files_of
from mlops_ext.settings.find import PYPROJECT, parse_text

# A plugin, and what says that the team uses its tool: an import, a distribution, a file.
TOOLS = (
    ("mlflow", "mlflow", "mlflow", ("mlflow.db", "mlruns", "MLproject")),
    ("great-expectations", "great_expectations", "great-expectations", ("gx", "great_expectations")),
    ("evidently", "evidently", "evidently", ()),
)


@dataclass(frozen=True)
class Repository:
    """What was found; `uses` are plugins whose tools the team uses, `installed` those that are here."""

    root: Path
    top: Path
    name: str
    named: bool
    files: tuple[str, ...]
    pipeline: Pipeline
    tables: tuple[TableFile, ...]
    models: tuple[ModelFile, ...]
    code: Code
    python: str
    uses: tuple[str, ...]
    installed: tuple[str, ...]
    remarks: tuple[str, ...]


def look(root: Path) -> Repository:
    """Read names, pipelines and code of a project; no table is opened."""
    files = files_of(root)
    pipeline = read_pipelines(root, files)
    name, named = _name(root)
    tables, passed_over = find_tables(root, files, pipeline)
    models, doubtful = find_models(pipeline, files, name)
    code = read_code(root, files)
    return Repository(
        root=root,
        top=git.top(root),
        name=name,
        named=named,
        files=files,
        pipeline=pipeline,
        tables=tuple(tables),
        models=tuple(models),
        code=code,
        python=find_python(root),
        uses=tuple(_uses(root, code, requirements(root, files), pipeline)),
        installed=tuple(sorted({entry.name for entry in discovery.find_plugins()})),
        remarks=tuple([*pipeline.unread, *code.unread, *passed_over, *doubtful]),
    )


def facts(found: Repository) -> Iterator[str]:
    """What was found, a line each."""
    steps = len(found.pipeline.stages)
    yield from (f"a DVC pipeline: {file}" for file in found.pipeline.files)
    if found.pipeline.files:
        yield f"{steps} stage{'' if steps == 1 else 's'}: {', '.join(stage.name for stage in found.pipeline.stages)}"
    yield from (f"the team uses {name}" for name in found.uses if name != "dvc")
    for table in found.tables:
        where = "" if table.here else ", not here"
        yield f"table {table.name}: {table.path} ({table.role}{where})"
    for model in found.models:
        yield f"model {model.name}: {model.path}{' (declared in dvc.yaml)' if model.declared else ''}"
    if found.python:
        yield f"project environment: {found.python}"
    else:
        yield "no project environment in the project: VIRTUAL_ENV is used, else our own"
    yield from found.remarks


def _name(root: Path) -> tuple[str, bool]:
    """The project's name, and whether something says it: the folder's is a proposal."""
    project = parse_text(root / PYPROJECT, _text(root / PYPROJECT)).get("project", {})
    said = project.get("name") if isinstance(project, dict) else ""
    name = str(said or git.origin_name(root))
    return name or root.name, bool(name)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _uses(root: Path, code: Code, required: set[str], pipeline: Pipeline) -> Iterator[str]:
    if pipeline.files or pipeline.pointers or (root / ".dvc").is_dir():
        yield "dvc"
    for plugin, package, distribution, places in TOOLS:
        if (
            package in code.imports
            or distribution in required
            or any((root / place).exists() for place in places)
        ):
            yield plugin
