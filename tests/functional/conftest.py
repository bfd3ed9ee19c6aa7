"""Projects in which the real command is called, each a copy of one that was made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from functional import tracked as tracked_projects
from functional.alone import ALONE
from functional.sampled import Sampled
from functional.sampled import make as sampled_repository
from functional.small import Small
from functional.tables import TABLE, TableProject
from projects.make import HERE, Tiny, copy, ended, make, run_once
from projects.visits import visits, write


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """The tiny project after the team ran it once."""
    tiny = make(tmp_path_factory.mktemp("template"))
    run_once(tiny)
    return tiny


@pytest.fixture
def tiny(template: Tiny, tmp_path: Path) -> Iterator[Tiny]:
    """A copy of the tiny project."""
    with ended(copy(template, tmp_path)) as made:
        yield made


@pytest.fixture
def table_project(tmp_path: Path) -> TableProject:
    """A project whose only business is a table."""
    made = TableProject(tmp_path)
    shutil.copytree(HERE / "tiny" / "gx", made.root / "gx")
    made.write({"mlops-ext.toml": TABLE, ".gitignore": "/.mlops-ext/\n/gx/uncommitted/\n"})
    write(visits(20), made.table)
    made.git("init", "-q")
    made.commit("first")
    return made


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with MLflow's tables and no run: making one takes seconds, a copy does not."""
    from mlops_ext_mlflow.store import home

    root = tmp_path_factory.mktemp("store")
    home.prepare(f"sqlite:///{root / 'mlflow.db'}", root, lambda message: None)
    return root / "mlflow.db"


@pytest.fixture
def small(empty_store: Path, tmp_path: Path) -> Small:
    """A small DVC repository."""
    return Small(tmp_path / "small", empty_store)


@pytest.fixture(scope="session")
def tracked_template(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A repository whose table is tracked by DVC, run and committed."""
    return tracked_projects.make(tmp_path_factory.mktemp("tracked") / "small", empty_store)


@pytest.fixture
def tracked(tracked_template: Small, tmp_path: Path) -> Small:
    """A copy of it."""
    return tracked_projects.copied(tracked_template, tmp_path / "small")


@pytest.fixture(scope="session")
def sampled_once(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository of sample runs after the team ran it, and after we were asked once."""
    return sampled_repository(Small(tmp_path_factory.mktemp("sampled") / "small", empty_store)).root


@pytest.fixture
def sampled(sampled_once: Path, tmp_path: Path) -> Sampled:
    """A copy of it."""
    shutil.copytree(sampled_once, tmp_path / "small", symlinks=True)
    return Sampled(tmp_path / "small")


@pytest.fixture
def alone(empty_store: Path, tmp_path: Path) -> Small:
    """A repository in which only DVC is asked."""
    return Small(tmp_path / "small", empty_store, settings=ALONE)


@pytest.fixture
def below(empty_store: Path, tmp_path: Path) -> Small:
    """The same with the project in a folder of the Git repository."""
    return Small(tmp_path / "small", empty_store, sub="teams/delays", settings=ALONE)
