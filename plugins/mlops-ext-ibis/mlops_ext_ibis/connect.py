"""The one DuckDB of this process, with its share of the machine, and its errors as ours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.errors import CouldNotTellError

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

    from mlops_ext_ibis.settings import IbisSettings

CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@cache
def connect(threads: int, memory_limit: str) -> Backend:
    """DuckDB in memory: tables of one process can be joined, and nothing is downloaded."""
    import ibis

    con = ibis.duckdb.connect(
        ":memory:",
        threads=threads,
        memory_limit=memory_limit,
        # By default it spills beside the user's files.
        temp_directory=str(Path(tempfile.gettempdir()) / f"mlops-ext-ibis-{os.getpid()}"),
        autoinstall_known_extensions=False,
    )
    con.raw_sql("SET TimeZone = 'UTC'")
    # It takes a file for the same by its path and second: a checkout may have put another one there.
    con.raw_sql("SET enable_external_file_cache = false")
    return con


def connect_for(settings: IbisSettings) -> Backend:
    """The connection that these settings ask for."""
    with engine_errors("settings of ibis"):
        return connect(settings.threads or processors(), settings.memory_limit or half_of_memory())


@contextmanager
def engine_errors(where: str) -> Iterator[None]:
    """What DuckDB raises is "could not tell", with its first line."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        first = str(error).strip().splitlines()[0]
        raise CouldNotTellError(f"DuckDB could not answer: {first}", where=where) from error


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def half_of_memory() -> str:
    """Half of what this machine, or this container, has: the rest is for the tools that take the rows."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for file in CGROUP_LIMITS:
        text = file.read_text().strip() if file.is_file() else ""
        if text.isdigit():
            limits.append(int(text))
    return f"{max(min(limits) // 2 // 2**20, 256)}MiB"
