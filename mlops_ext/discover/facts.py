"""What was found in a repository, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_ext.discover.environment import say_environment
from mlops_ext.stages.where_tests_are import places_of_tests
from mlops_ext.words import listed, plural

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_ext.discover.repository import Repository

OLD_GX = "great_expectations"


def facts(found: Repository) -> Iterator[str]:
    """Each with its place."""
    for file in found.pipeline.files:
        names = [stage.name for stage in found.pipeline.stages if stage.file == file]
        yield f"pipeline: {file}, {plural(len(names), 'stage')}" + (f" ({listed(names, 6)})" if names else "")
    if not found.pipeline.files:
        yield "pipeline: no dvc.yaml"
    used = [name for name in found.uses if name != "dvc"]
    if used:
        yield f"tools: {', '.join(used)}"
    yield from (f"suite: gx/expectations/{name}.json" for name in found.suites)
    if not found.suites and (found.root / OLD_GX).is_dir():
        yield f"suites: {OLD_GX}/ is of Great Expectations 0.x, which 1.x does not read"
    for model in found.models:
        yield f"model: {model.path}" + (f" (`{model.name}` in dvc.yaml)" if model.declared else "")
    for table in found.tables:
        yield f"table {table.name}: {table.path}" + ("" if table.here else ", not here")
    yield _tests(found.root)
    yield from say_environment(found.root, found.python)


def _tests(root: Path) -> str:
    """As `integrate` is going to look for them."""
    places = places_of_tests(root)
    if places is None:
        return "tests: none"
    return f"tests: {listed(places)}" if places else "tests: where pytest's own settings say"
