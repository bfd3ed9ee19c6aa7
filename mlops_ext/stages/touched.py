"""Whether a staged file can change what a question of integrate says: if none, it need not be asked."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

from mlops_ext.errors import MlopsExtError
from mlops_ext.reading import located
from mlops_ext.reading.index import Index, read_index
from mlops_ext.reading.pipelines import Pipelines
from mlops_ext.reading.tree import joined
from mlops_ext.settings.find import OWN_FILE, PYPROJECT
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import fold
from mlops_ext.words import plural

DVC_FILES = frozenset(
    {"dvc.yaml", "dvc.lock", "artifacts.yaml", ".dvcignore", ".gitignore", ".gitattributes"}
)
SUITES = frozenset({"gx", "great_expectations"})


Reads = Callable[[str], bool]


def untouched(project: Path, file: str, only: tuple[str, ...]) -> Outcome | None:
    """The answer where no staged file is for these questions; None where one is, or that can't be told.

    Nothing staged is no reason not to ask: then it is the last commit that is asked about.
    """
    try:
        index = read_index(project, file)
        names = [change.path for change in index.changes]
        places = _settings(index, project)
        readers = [READERS[word](index, places) for word in only]
    except (KeyError, ValueError, MlopsExtError):
        return None
    if not names or any(reads(name) for reads in readers for name in names):
        return None
    says = f"nothing to check: of {plural(len(names), 'staged file')} none is read for {' and '.join(only)}"
    return Outcome(stage="integrate", verdict=fold([]), summary=says, next="git commit", staged=True)


def _settings(index: Index, project: Path) -> frozenset[str]:
    """All words of the project's settings, as the paths that they could be."""
    below = PurePosixPath(project.relative_to(index.top).as_posix())
    for folder in (below, *below.parents):
        for name in (OWN_FILE, PYPROJECT):
            table = _table(index, (folder / name).as_posix())
            if table is not None:
                root = "" if folder == PurePosixPath() else folder.as_posix()
                return frozenset(_places(root, table))
    raise KeyError(OWN_FILE)


def _table(index: Index, path: str) -> object:
    text = index.text(path) if index.has(path) else None
    if text is None:
        return None
    content = tomllib.loads(text)
    return content if path.endswith(OWN_FILE) else content.get("tool", {}).get("mlops-ext")


def _words(value: object) -> Iterator[str]:
    """Every key and every text, but the folder where a command runs: it may hold what nobody reads."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from _words([child for key, child in value.items() if key != "wdir"])
    elif isinstance(value, list):
        for child in value:
            yield from _words(child)


def _of_settings(index: Index, places: frozenset[str]) -> Reads:
    return lambda path: PurePosixPath(path).name in (OWN_FILE, PYPROJECT)


def _of_pipeline(index: Index, places: frozenset[str]) -> Reads:
    """All that a file of DVC's names, whatever it is there."""
    files = [path for path in index.files if PurePosixPath(path).name in ("dvc.yaml", "dvc.lock")]
    files += [path for path in index.named(".dvc") if PurePosixPath(path).name != ".dvc"]
    index.prepare(files)
    pipelines = Pipelines(index, without=frozenset())
    named = [path.full for stage in pipelines.stages for path in (*stage.deps, *stage.outs)]
    if None in named or pipelines.broken:
        raise ValueError("a template could not be filled")
    words = {word for file in files for word in _paths(index, file)}
    return _either(_is_dvcs, _near({*words, *(path for path in named if path is not None), *places}))


def _of_data(index: Index, places: frozenset[str]) -> Reads:
    return _either(_is_dvcs, _near(places), lambda path: bool(SUITES & set(path.split("/"))))


def _paths(index: Index, file: str) -> Iterator[str]:
    folder = PurePosixPath(file).parent.as_posix()
    content = located.mapping(located.load(index.text(file) or ""))
    return _places(joined(folder, str(content.get("wdir") or ".")), content)


def _places(folder: str, content: object) -> Iterator[str]:
    """Every word as the path that it could be; what stands for the folder itself is none."""
    return (joined(folder, word) for word in _words(content) if word.strip("./"))


def _is_dvcs(path: str) -> bool:
    parts = PurePosixPath(path)
    settings = (OWN_FILE, PYPROJECT)
    return (
        parts.name in DVC_FILES or parts.name in settings or ".dvc" in parts.parts or parts.suffix == ".dvc"
    )


def _near(places: Iterable[str]) -> Reads:
    """Whether a path is one of these, lies in one, or holds one."""
    known = frozenset(places)
    above = frozenset(parent.as_posix() for place in known for parent in PurePosixPath(place).parents)
    return lambda path: (
        "" in known
        or path in above
        or any(
            place in known for place in (path, *(parent.as_posix() for parent in PurePosixPath(path).parents))
        )
    )


def _either(*readers: Reads) -> Reads:
    return lambda path: any(reads(path) for reads in readers)


READERS: dict[str, Callable[[Index, frozenset[str]], Reads]] = {
    "settings": _of_settings,
    "pipeline": _of_pipeline,
    "data": _of_data,
}
