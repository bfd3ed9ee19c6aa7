"""The project environment: the interpreter of one that lies in the project, and who makes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from mlops_ext.discover.tree import read_text

USUAL = (".venv", "venv", "env", ".env")
# What a file at the project's root says of the tool that makes the environment, and how it is used here.
MAKERS = (
    ("uv.lock", "uv", "uv sync makes it in .venv"),
    ("poetry.lock", "Poetry", "poetry config virtualenvs.in-project true --local makes it in .venv"),
    ("pdm.lock", "PDM", "pdm install makes it in .venv"),
    ("Pipfile", "Pipenv", "PIPENV_VENV_IN_PROJECT=1 makes it in .venv"),
    ("environment.yml", "conda", "name its interpreter as `python`"),
    ("environment.yaml", "conda", "name its interpreter as `python`"),
    ("conda.yaml", "conda", "name its interpreter as `python`"),
)


def find_python(root: Path) -> str:
    """Its interpreter, relative to the project; of several the usual names win. Empty where there is none."""
    found = sorted(
        (
            path.parent.name
            for path in root.glob("*/pyvenv.cfg")
            if os.access(path.parent / "bin/python", os.X_OK)
        ),
        key=lambda name: (USUAL.index(name) if name in USUAL else len(USUAL), name),
    )
    conda = [name for name in USUAL if (root / name / "conda-meta").is_dir()]
    return f"{[*found, *conda][0]}/bin/python" if found or conda else ""


def say_environment(root: Path, python: str) -> Iterator[str]:
    """Which environment the team's code is run in, and why."""
    if python:
        yield f"environment: {python}"
        return
    active = os.environ.get("VIRTUAL_ENV") or ""
    if active:
        yield f"environment: the active one, VIRTUAL_ENV={Path(active).name}"
        return
    conda = os.environ.get("CONDA_PREFIX")
    if conda:
        yield f"environment: ours; to use conda's {Path(conda).name}, name its interpreter as `python`"
        return
    maker = next(
        ((file, tool, how) for file, tool, how in MAKERS if (root / file).is_file()),
        _of_pyproject(root),
    )
    if maker:
        file, tool, how = maker
        yield f"environment: {tool}'s ({file}), not in the project: {how}. Until then ours is used"
    else:
        yield "environment: none in the project and none active; ours is used, without the team's packages"


def _of_pyproject(root: Path) -> tuple[str, str, str] | None:
    path = root / "pyproject.toml"
    said = read_text(path) if path.is_file() else ""
    if "[tool.poetry]" in said:
        return "pyproject.toml", *MAKERS[1][1:]
    return None
