"""The model files that a run left, by what `dvc.yaml` or the settings declare."""

from __future__ import annotations

from pathlib import Path

from mlops_ext.contract.context import Context
from mlops_ext.contract.pipeline import ModelFile
from mlops_ext.errors import SettingsError
from mlops_ext.files import sha256_tree
from mlops_ext_dvc.files.tracked import Tracked


def declared(context: Context, root: Path, project: Path, tracked: Tracked) -> dict[str, str]:
    """The path of each model of the settings, relative to the DVC project.

    An artifact of type model with the model's name; where there is one of each they belong together;
    else the key `file`. Nothing is guessed from suffixes.
    """
    artifacts = tracked.models()
    settings = context.settings.models
    found = {}
    for name, model in settings.items():
        if model.file:
            found[name] = (project / model.file).relative_to(root).as_posix()
        elif name in artifacts:
            found[name] = artifacts[name]
        elif len(settings) == 1 and len(artifacts) == 1:
            found[name] = next(iter(artifacts.values()))
        elif len(settings) == 1 and artifacts:
            raise SettingsError(
                f"several artifacts could be model {name}: {', '.join(sorted(artifacts))}",
                key=f"models.{name}.file",
                hint="call one of them so in dvc.yaml, or set the key",
            )
    return found


def made(context: Context, root: Path, project: Path, tracked: Tracked) -> tuple[ModelFile, ...]:
    """The model files that are there, each with the digest of its bytes."""
    files = []
    for name, path in declared(context, root, project, tracked).items():
        place, item = root / path, tracked.outs.get(path)
        if place.exists():
            digest = item.digest if item else f"sha256:{sha256_tree(place)}"
            files.append(ModelFile(name=name, path=str(place), digest=digest))
    return tuple(files)
