"""A sample run that reads the whole data by an absolute path looks like any other: so steps are watched."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from mlops_ext import durable
from mlops_ext.errors import CouldNotTellError

# Python imports `sitecustomize` when it starts. What the team has under that name is run as well.
# Readers in C++, such as pyarrow's, open files without telling anybody.
CUSTOMIZE = """import os, sys
ROOT, SCRATCH, LOG = {root!r} + os.sep, {scratch!r} + os.sep, {log!r}
def hook(event, args):
    if event != "open" or not isinstance(args[0], str):
        return
    if args[0].startswith(ROOT) and not args[0].startswith(SCRATCH):
        try:
            descriptor = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(descriptor, (os.environ.get("DVC_STAGE", "") + "\\t" + args[0] + "\\n").encode())
            os.close(descriptor)
        except OSError:
            pass
sys.addaudithook(hook)
HERE = os.path.dirname(os.path.abspath(__file__))
for folder in sys.path:
    other = os.path.join(folder, "sitecustomize.py")
    if os.path.abspath(folder) != HERE and os.path.isfile(other):
        with open(other) as file:
            exec(compile(file.read(), other, "exec"), {{"__file__": other, "__name__": "sitecustomize"}})
        break
"""


def variables(folder: Path, root: Path, env: Mapping[str, str]) -> dict[str, str]:
    """What a step needs to be watched for files that it opens below `root`."""
    text = CUSTOMIZE.format(root=str(root), scratch=str(folder.parent), log=str(folder / "opened"))
    durable.write_text(folder / "sitecustomize.py", text)
    given = env.get("PYTHONPATH", "")
    return {"PYTHONPATH": os.pathsep.join(part for part in (str(folder), given) if part)}


def require_none(folder: Path, root: Path, data: Iterable[str]) -> None:
    """No step opened any of these paths of the workspace itself."""
    try:
        lines = (folder / "opened").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return
    known = [str(root / path) for path in data]
    rows = [line.partition("\t") for line in dict.fromkeys(lines)]
    found = [
        f"{os.path.relpath(path, root)} (stage {stage})"
        for stage, _, path in rows
        if any(path == one or path.startswith(one + os.sep) for one in known)
    ]
    if found:
        message = f"the sample run read the workspace's own data by its absolute path: {', '.join(found[:5])}"
        raise CouldNotTellError(
            message, hint="write paths relative to dvc.yaml, so that deployed runs work too"
        )
