"""The training tests' adapter, where a fit was found that can be repeated on a table that is here."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.data.seen import NUMBERS
from mlops_ext.environments.project import project_python
from mlops_ext.errors import MlopsExtError
from mlops_ext.process import project_environment, run

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository
    from mlops_ext.discover.training import Training
    from mlops_ext.starter.schemas import Draft

ADAPTER = "tests/training_adapter.py"
ENCODES = ("Pipeline", "make_pipeline", "CatBoostClassifier", "CatBoostRegressor")
TAKES_NAN = ("HistGradientBoosting", "XGB", "LGBM", "CatBoost")
# Answers whether the modules that are named can be found, without importing one.
ASK = (
    "import sys\nfrom importlib.util import find_spec\nprint(*[n for n in sys.argv[1:] if not find_spec(n)])"
)


@dataclass(frozen=True)
class Adapter:
    """What to write, and the table and columns that the model learns from."""

    text: str
    training: Training
    draft: Draft
    label: str
    features: tuple[str, ...]


def adapter_for(
    found: Repository, drafts: Sequence[Draft], labels: dict[str, str]
) -> tuple[Adapter | None, str]:
    """The adapter, or in words why there is none; `labels` are the labels of tables by their names."""
    trainings = _of_the_pipeline(found)
    if not trainings:
        likely = sorted(found.untrained, key=lambda reason: "train" not in reason.partition(":")[0])
        return None, likely[0] if likely else "no line fits a model"
    if len(found.models) > 1:
        return None, "there are several models"
    if len(trainings) > 1:
        return None, f"{' and '.join(one.where for one in trainings[:3])} each fit a model"
    training = trainings[0]
    fits = [draft for draft in drafts if draft.seen and _is_read(draft.table.path, training)]
    fits = [draft for draft in fits if "train" in draft.table.name] or fits
    if len(fits) != 1:
        return None, f"which table {training.where} learns from is not plain, or it is not here"
    draft = fits[0]
    label, features = labels.get(draft.table.name, ""), training.selection.of(draft.columns)
    why = _misfit(training, draft, label, features) or _missing(found, training)
    if why:
        return None, f"{training.where}: {why}"
    return Adapter(text_of(training), training, draft, label, features), ""


def _of_the_pipeline(found: Repository) -> list[Training]:
    """Those in scripts that a stage runs, where there are such."""
    commands = " ".join(command for stage in found.pipeline.stages for command in stage.commands)
    return [one for one in found.trainings if one.file in commands] or [*found.trainings]


def _is_read(path: str, training: Training) -> bool:
    named = {posixpath.normpath(text) for text in training.texts}
    return path in named or any(path.endswith(f"/{text}") for text in named if "." in text)


def _misfit(training: Training, draft: Draft, label: str, features: Sequence[str]) -> str:
    """Why these rows are not what the estimator takes."""
    there = {column.name: column for column in draft.seen}
    if not label or label in features:
        return "which column is the label is not plain"
    lost = [name for name in (*features, label) if name not in there]
    if lost:
        return f"{draft.table.path} has no column `{lost[0]}`"
    texts = [name for name in features if there[name].type not in (*NUMBERS, "boolean")]
    if texts and not any(name in ENCODES for name in training.classes):
        return f"column `{texts[0]}` of {draft.table.path} is no number"
    holes = [name for name in features if there[name].nulls or there[name].nan]
    if holes and not any(name.startswith(TAKES_NAN) or "Imputer" in name for name in training.classes):
        return f"column `{holes[0]}` of {draft.table.path} has missing values"
    if there[label].type == "string" and any(name.startswith("XGB") for name in training.classes):
        return f"label `{label}` is text, which XGBoost does not take"
    return ""


def _missing(found: Repository, training: Training) -> str:
    """What the project environment lacks."""
    try:
        python, source = project_python(found.root, found.python or None)
    except MlopsExtError as error:
        return error.what
    modules = {"pandas", *(line.split()[1].partition(".")[0] for line in training.imports)}
    asked = run([python, "-c", ASK, *sorted(modules)], cwd=Path("/"), env=project_environment(python))
    lacks = asked.stdout.split() if asked.code == 0 else ["Python"]
    return f"the {source} environment has no {', '.join(lacks)}" if lacks else ""


def text_of(training: Training) -> str:
    """The adapter as a module."""
    said = f"Fits the model for the training tests as {training.where} does: a guess, for you to correct."
    body = [*training.lines, f"return {training.name}.set_params(**params).fit(frame, target)"]
    indented = [f"    {line}" for statement in body for line in statement.splitlines()]
    lines = [f'"""{said}"""', "", *training.imports, "", "", "def fit(frame, target, **params):", *indented]
    return "\n".join(lines) + "\n"
