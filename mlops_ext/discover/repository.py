"""Looking at a repository: what is there, each fact with its place. Nothing is run and no table is opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mlops_ext import discovery, git
from mlops_ext.discover.code import Code, read_code, requirements
from mlops_ext.discover.environment import find_python
from mlops_ext.discover.models import ModelFile, find_models
from mlops_ext.discover.pipeline import Pipeline, read_pipelines
from mlops_ext.discover.tables import TableFile, find_tables, is_table
from mlops_ext.discover.training import Training, find_training
from mlops_ext.discover.tree import files_in, files_of, ignored_by_git, read_text
from mlops_ext.settings.find import PYPROJECT, parse_text

# A plugin, and what says that the team uses its tool: an import, a distribution, a file.
TOOLS = (
    ("mlflow", "mlflow", "mlflow", ("mlflow.db", "mlruns", "MLproject")),
    ("great-expectations", "great_expectations", "great-expectations", ("gx", "great_expectations")),
    ("evidently", "evidently", "evidently", ()),
)


@dataclass(frozen=True)
class Repository:
    """What was found; `uses` are plugins whose tools the team uses, `installed` those that are here.

    `said_name` is whether something but the folder names the project; `untrained` says why a line that fits
    a model can't be repeated; `remarks` are what was not looked at.
    """

    root: Path
    top: Path
    name: str
    said_name: bool
    files: tuple[str, ...]
    pipeline: Pipeline
    tables: tuple[TableFile, ...]
    models: tuple[ModelFile, ...]
    code: Code
    python: str
    uses: tuple[str, ...]
    installed: tuple[str, ...]
    suites: tuple[str, ...]
    trainings: tuple[Training, ...]
    untrained: tuple[str, ...]
    remarks: tuple[str, ...]


def look(root: Path) -> Repository:
    """Read names of files, pipelines and code of a project."""
    files = files_of(root)
    pipeline = read_pipelines(root, files)
    tracked, large = files_in(root, pipeline.outs | pipeline.inputs)
    ignored, more = files_in(root, ignored_by_git(root))
    local = {path for path in ignored - tracked if is_table(path)}
    name, said_name = _name(root)
    tables, passed_over = find_tables(root, {*files, *tracked}, local, pipeline)
    models, doubtful = find_models(pipeline, files, name)
    code = read_code(root, files)
    trainings, untrained = find_training(code.modules, pipeline.params)
    unseen = [f"{place} holds too many files to look at each" for place in (*large, *more)]
    return Repository(
        root=root,
        top=git.top(root),
        name=name,
        said_name=said_name,
        files=files,
        pipeline=pipeline,
        tables=tuple(tables),
        models=tuple(models),
        code=code,
        python=find_python(root),
        uses=tuple(_uses(root, code, requirements(root, files), pipeline)),
        installed=tuple(sorted({entry.name for entry in discovery.find_plugins()})),
        suites=tuple(sorted(path.stem for path in root.glob("gx/expectations/*.json"))),
        trainings=tuple(trainings),
        untrained=tuple(untrained),
        remarks=(*pipeline.unread, *code.unread, *passed_over, *doubtful, *unseen),
    )


def _name(root: Path) -> tuple[str, bool]:
    """The name, and whether the settings can leave it out; Poetry's and the folder's are proposals."""
    path = root / PYPROJECT
    content = parse_text(path, read_text(path)) if path.is_file() else {}
    said = _inside(content, "project", "name") or git.origin_name(root)
    return said or _inside(content, "tool", "poetry", "name") or root.name, bool(said)


def _inside(content: object, *keys: str) -> str:
    for key in keys:
        content = content.get(key) if isinstance(content, dict) else None
    return content if isinstance(content, str) else ""


def _uses(root: Path, code: Code, required: set[str], pipeline: Pipeline) -> Iterator[str]:
    if pipeline.files or pipeline.pointers or (root / ".dvc").is_dir():
        yield "dvc"
    for plugin, package, distribution, places in TOOLS:
        named = package in code.imports or distribution in required
        if named or any((root / place).exists() for place in places):
            yield plugin
