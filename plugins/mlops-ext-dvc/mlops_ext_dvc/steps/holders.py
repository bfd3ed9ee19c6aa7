"""Who holds DVC's locks: its list of locked paths, and the lock of the whole project."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

from mlops_ext.errors import CouldNotTellError
from mlops_ext_dvc.files import cache

ALIVE, DEAD, OTHER, UNKNOWN = "alive", "dead", "other", "unknown"
# The list is written a moment after its writer has started.
SLACK = 2.0


class Holder(NamedTuple):
    """A process that a lock names; 0 where DVC wrote no number down."""

    pid: int
    command: str
    file: Path
    state: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})" if self.pid else f"whoever made {self.file}"


def find(root: Path) -> list[Holder]:
    """All holders, whatever became of them."""
    tmp = root / ".dvc" / "tmp"
    return [*_of_paths(tmp / "rwlock", root), *_of_project(tmp / "lock", root)]


def _of_paths(file: Path, root: Path) -> list[Holder]:
    body, since = _listed(file)
    written = list((body.get("write") or {}).values())
    read = [info for infos in (body.get("read") or {}).values() for info in infos]
    named = {int(info["pid"]): str(info["cmd"]) for info in [*written, *read] if info}
    return [Holder(pid, command, file, _state(pid, command, root, since)) for pid, command in named.items()]


def _listed(file: Path) -> tuple[dict[str, Any], float]:
    """DVC's list of locked paths, and when it was written."""
    # DVC writes this file in place: what is half there is whole a moment later.
    for patience in (*[0.05] * 10, 0.0):
        try:
            return dict(json.loads(file.read_bytes())), file.stat().st_mtime
        except FileNotFoundError:
            return {}, 0.0
        except (OSError, ValueError) as error:
            fault = error
            time.sleep(patience)
    hint = f"when no DVC runs here, remove {file}"
    raise CouldNotTellError("DVC's list of locked paths can't be read", where=str(file), hint=hint) from fault


def torn(root: Path) -> Path | None:
    """The list of locked paths, if a killed DVC left it half written: nobody writes it, no DVC is here."""
    file = root / ".dvc" / "tmp" / "rwlock"
    try:
        _listed(file)
        return None
    except CouldNotTellError:
        kernel_tells = Path("/proc/locks").exists() and not _hardlinks(root)
        written = bool(_flocks(file.with_name("rwlock.lock"))) or _dvc_is_here(root)
        return file if kernel_tells and not written else None


def _dvc_is_here(root: Path) -> bool:
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return any("dvc" in _command(pid) and _in(root, pid) for pid in pids if pid != os.getpid())


def _hardlinks(root: Path) -> bool:
    return cache.option(root, "core", "hardlink_lock").lower() in ("true", "1", "yes", "on")


def _of_project(file: Path, root: Path) -> list[Holder]:
    if not file.exists():
        return []
    if _hardlinks(root):
        # Such a file is the lock itself and outlives its maker; DVC writes only a hash of who that was.
        return [Holder(0, "", file, UNKNOWN)]
    return [Holder(pid, _command(pid), file, ALIVE) for pid in _flocks(file)]


def _flocks(file: Path) -> list[int]:
    """Processes that have a file locked, as the kernel says; none where it says nothing."""
    try:
        inode, lines = file.stat().st_ino, Path("/proc/locks").read_text().splitlines()
    except OSError:
        return []
    fields = [line.split() for line in lines if " -> " not in line]
    return [int(one[4]) for one in fields if one[5].rpartition(":")[2] == str(inode) and int(one[4]) > 0]


def _state(pid: int, command: str, root: Path, since: float) -> str:
    """`other` when the number now belongs to something that can't be the holder."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return DEAD
    except PermissionError:
        return ALIVE
    running = _command(pid)
    if not running:
        return DEAD  # a zombie holds nothing
    began = _began(pid)
    late = began is not None and began > since + SLACK
    return OTHER if late or not _same(command, running) or not _in(root, pid) else ALIVE


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return "dvc"
    return " ".join(words).strip()


def _same(noted: str, running: str) -> bool:
    # DVC notes its `sys.argv`, whose first word is a script where the command line has `-m dvc`.
    arguments = noted.partition(" ")[2].strip()
    return "dvc" in running and (not arguments or running.endswith(arguments))


def _in(root: Path, pid: int) -> bool:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd")).is_relative_to(root.resolve())
    except OSError:
        return True


def _began(pid: int) -> float | None:
    """When a process started, in seconds since 1970."""
    try:
        ticks = int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[19])
        lines = Path("/proc/stat").read_text().splitlines()
    except (OSError, IndexError, ValueError):
        return None
    boot = next((int(line.split()[1]) for line in lines if line.startswith("btime ")), None)
    return None if boot is None else boot + ticks / os.sysconf("SC_CLK_TCK")
