"""A step that names the workspace by its absolute path reads the whole data, or writes there: it is watched.

Python imports `sitecustomize` when it starts. What the team has under that name is run as well. Readers in
C++, such as pyarrow's, open files without telling anybody, and a shell does too. An address that a script
gives MLflow is not heard: the environment names a store of the run, and the team's stays as it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError

SHOWN = 5
CUSTOMIZE = """import os, sys
ROOTS, SCRATCHES, LOG = {roots!r}, {scratches!r}, {log!r}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
ARGUMENTS = {{
    "os.remove": (0,), "os.rmdir": (0,), "os.mkdir": (0,), "os.truncate": (0,), "os.chmod": (0,),
    "os.chown": (0,), "os.utime": (0,), "os.rename": (0, 1), "os.link": (0, 1), "os.symlink": (1,),
    "shutil.rmtree": (0,), "sqlite3.connect": (0,),
}}
def note(how, path):
    try:
        descriptor = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        line = os.environ.get("DVC_STAGE", "") + "\\t" + how + "\\t" + path + "\\n"
        os.write(descriptor, line.encode("utf-8", "surrogateescape"))
        os.close(descriptor)
    except OSError:
        pass
def outside(path):
    if isinstance(path, int) or path is None:
        return ""
    try:
        text = os.fsdecode(path)
        text = text[5:].partition("?")[0] if text.startswith("file:") else text
        whole = os.path.abspath(text)
    except (OSError, TypeError):
        return ""
    if not (whole + os.sep).startswith(ROOTS) or (whole + os.sep).startswith(SCRATCHES):
        return ""
    inside = whole.startswith((sys.prefix + os.sep, sys.base_prefix + os.sep)) or "__pycache__" in whole
    return "" if inside else whole
def hook(event, args):
    if event == "open":
        path = outside(args[0])
        writes = isinstance(args[2], int) and args[2] & WRITES
        if path:
            note("write" if writes else "read", path)
            if writes:
                raise PermissionError(13, "a sample run writes nothing to the workspace", path)
    elif event in ARGUMENTS:
        for path in [outside(args[at]) for at in ARGUMENTS[event]]:
            if path:
                note("write", path)
                raise PermissionError(13, "a sample run changes nothing in the workspace", path)
sys.addaudithook(hook)
class Unheard:
    NAMES = {{
        "mlflow.tracking._tracking_service.utils": "set_tracking_uri",
        "mlflow.tracking._model_registry.utils": "set_registry_uri",
    }}
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name not in cls.NAMES:
            return None
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module
        def exec_module(module):
            execute(module)
            setattr(module, cls.NAMES[name], lambda uri="", *rest, **more: note("server", str(uri)))
        spec.loader.exec_module = exec_module
        return spec
sys.meta_path.insert(0, Unheard)
HERE = os.path.dirname(os.path.abspath(__file__))
for folder in sys.path:
    other = os.path.join(folder, "sitecustomize.py")
    if os.path.abspath(folder) != HERE and os.path.isfile(other):
        with open(other) as file:
            exec(compile(file.read(), other, "exec"), {{"__file__": other, "__name__": "sitecustomize"}})
        break
"""


class Seen(NamedTuple):
    """What a step opened of the workspace by its absolute path; `how` is read, write, or server.

    Of a server the path is the address of the tracking store that a script asked for.
    """

    stage: str
    how: str
    path: str


def variables(folder: Path, root: Path, env: Mapping[str, str]) -> dict[str, str]:
    """What a step needs to be watched for files that it opens below `root`."""
    text = CUSTOMIZE.format(roots=_both(root), scratches=_both(folder.parent), log=str(folder / "opened"))
    durable.write_text(folder / "sitecustomize.py", text)
    given = env.get("PYTHONPATH", "")
    # Bytecode of packages that are installed in place would be written beside the team's own sources.
    return {
        "PYTHONPATH": os.pathsep.join(part for part in (str(folder), given) if part),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _both(folder: Path) -> tuple[str, ...]:
    # As it is named, and as it is: links may lead there.
    return (f"{folder}{os.sep}", f"{os.path.realpath(folder)}{os.sep}")


def seen(folder: Path) -> tuple[Seen, ...]:
    """Everything that was noted, once."""
    try:
        lines = (folder / "opened").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except FileNotFoundError:
        return ()
    rows = (line.split("\t", 2) for line in dict.fromkeys(lines))
    return tuple(Seen(*row) for row in rows if len(row) == 3)


def require_none(found: Iterable[Seen], root: Path, data: Iterable[str]) -> None:
    """No step read any of these paths of the workspace itself."""
    known = [str(root / path) for path in data]
    named = [
        f"{os.path.relpath(one.path, root)} (stage {one.stage})"
        for one in found
        if one.how == "read" and any(one.path == path or one.path.startswith(path + os.sep) for path in known)
    ]
    if named:
        raise CouldNotTellError(
            f"the sample run read the workspace's own data by its absolute path: {', '.join(named[:SHOWN])}",
            hint="write paths relative to dvc.yaml, so that deployed runs work too",
        )
