"""The models of a repository: declared in dvc.yaml, or the one output that can be nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from mlops_ext.discover.pipeline import Pipeline
from mlops_ext.words import listed

SUFFIXES = (
    ".joblib", ".pkl", ".pickle", ".skops", ".onnx", ".ubj", ".pt", ".pth", ".cbm", ".keras", ".h5",
)  # fmt: skip


@dataclass(frozen=True)
class ModelFile:
    """A model: its name in the settings, its file, and whether dvc.yaml says already that it is one."""

    name: str
    path: str
    declared: bool


def find_models(
    pipeline: Pipeline, files: tuple[str, ...], project: str
) -> tuple[list[ModelFile], list[str]]:
    """The models that are certain, and in words what may be one."""
    if pipeline.models:
        return [ModelFile(slug(name), path, True) for name, path in sorted(pipeline.models.items())], []
    made = sorted(path for path in pipeline.outs if path.lower().endswith(SUFFIXES))
    if len(made) == 1:
        return [ModelFile(slug(project), made[0], False)], []
    known = made or sorted(path for path in files if path.lower().endswith(SUFFIXES))
    hint = "models.<name>.file names yours, or an artifact of type model in dvc.yaml"
    return [], [f"{listed(known)}: may be a model ({hint})"] if known else []


def slug(text: str) -> str:
    """A name that a model may have."""
    return (
        "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in text).strip("-")
        or "model"
    )
