"""A pipeline or a pointer without the `.dvc` folder that every DVC command looks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look


def find(look: Look) -> Iterator[Finding]:
    """One finding for each folder: its dvc.yaml, else its first `.dvc` file."""
    said: set[str] = set()
    for path in (*look.pipelines.files, *look.pipelines.pointers):
        folder = PurePosixPath(path).parent
        above = {parent.as_posix() for parent in (folder, *folder.parents)}
        if said & above or any(_initialised(look, parent) for parent in above):
            continue
        said.add(folder.as_posix())
        at = "" if folder.as_posix() == "." else f"cd {folder} && "
        if any((look.tree.top / parent / ".dvc").is_dir() for parent in above):
            message = "the .dvc folder is here and not in Git: in a clone every dvc command fails"
            hint = "git add .dvc/config .dvc/.gitignore .dvcignore, and commit them"
        else:
            message = (
                "no folder above it holds a .dvc: every dvc command says `not inside of a DVC repository`"
            )
            hint = f"{at}dvc init{' --subdir' if at else ''}, then commit .dvc/config and .dvc/.gitignore"
        yield Finding(rule="dvc-not-initialised", file=path, line=1, message=message, hint=hint)


def _initialised(look: Look, folder: str) -> bool:
    place = "" if folder == "." else f"{folder}/"
    return any(look.tree.holds(f"{place}.dvc/{name}") for name in ("config", ".gitignore"))
