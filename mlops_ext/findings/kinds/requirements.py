"""Requirements without versions: the same commit installs something else tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.requirement_files import LOCKS, files, locked, requirements
from mlops_ext.words import listed

RULE = "unpinned-requirements"
# Packages whose import says that the project needs more than Python.
KNOWN = (
    "numpy",
    "pandas",
    "sklearn",
    "mlflow",
    "torch",
    "tensorflow",
    "xgboost",
    "lightgbm",
    "polars",
    "keras",
)


def find(look: Look) -> Iterator[Finding]:
    """One finding a file, at its first requirement without a version; one where no file asks for anything."""
    if not files(look.tree):
        yield from _nowhere(look)
    for path in files(look.tree):
        rows = requirements(look.tree, path)
        free = [row for row in rows if row.free]
        if free and not locked(look.tree, path):
            names = listed([row.name for row in free])
            yield Finding(
                rule=RULE,
                file=path,
                line=free[0].line,
                message=f"{len(free)} of {len(rows)} requirements have no version: {names}",
                hint=_way_out(path, look.tree.day),
            )


def _nowhere(look: Look) -> Iterator[Finding]:
    for module in look.code.modules:
        used = sorted({name for name in KNOWN if module.imports(name)})
        if used and not any(look.tree.has(lock) for lock in LOCKS):
            yield Finding(
                rule=RULE,
                file=module.path,
                line=1,
                message=f"no file says which packages this needs: {listed(used)}, in which versions",
                hint="write requirements.txt, or [project] dependencies in pyproject.toml; uv pip freeze "
                "shows what the environment that works has",
            )
            return


def _way_out(path: str, day: str) -> str:
    if path.endswith((".yml", ".yaml")):
        return "conda env export --no-builds > environment.lock.yml, from the environment that works"
    if PurePosixPath(path).name == "Pipfile":
        return "pipenv lock, and commit Pipfile.lock"
    lock = (
        PurePosixPath(path).with_suffix(".lock").as_posix() if path.endswith(".txt") else "requirements.lock"
    )
    then = f" --exclude-newer {day}" if day else ""
    when = f" as it resolved on {day}, the day of this commit" if day else ""
    return f"uv pip compile {path}{then} -o {lock} locks it{when}"
