"""Runs that a killed execution left RUNNING: found by our tags, and closed as KILLED."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from mlops_ext.process import alive, started
from mlops_ext_mlflow.store.calls import change, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlops_ext_mlflow.store.connect import Store

RUNNING = "attributes.status = 'RUNNING'"


def this_process() -> str:
    """Host, number and start of this process: nobody else is called so, now or later."""
    return f"{socket.gethostname()} {os.getpid()} {started(os.getpid())}"


def close_stale(store: Store, experiment: str, execution: str, say: Callable[[str], None]) -> None:
    """Close runs of an earlier try of this execution, and of processes of this host that are gone."""
    parents = read(
        store,
        store.client.search_runs,
        [experiment],
        f"{RUNNING} and tags.`mlops.process` LIKE '%'",
        max_results=500,
    )
    for parent in parents:
        if _gone(parent.data.tags, execution):
            say(f"closing run {parent.info.run_name} as killed: its process is gone")
            close_tree(store, parent.info.run_id, "KILLED")


def close_tree(store: Store, parent: str, status: str) -> None:
    """Close a parent run; whatever is open below it was left by a process that ended without a word."""
    for run in below(store, parent):
        if run.info.status == "RUNNING":
            change(store, store.client.set_terminated, run.info.run_id, "KILLED")
    change(store, store.client.set_terminated, parent, status)


def below(store: Store, parent: str) -> Iterable[Any]:
    """Runs of the steps, and all that their scripts started, in whatever experiment."""
    from mlops_ext_mlflow.store.experiments import all_ids

    return search(store, all_ids(store), f"tags.`mlops.run` = '{parent}'")


def search(store: Store, experiments: list[str], where: str) -> list[Any]:
    """All runs that match, newest first."""
    found: list[Any] = []
    token: str | None = None
    while True:
        ask = store.client.search_runs
        page = read(
            store,
            ask,
            experiments,
            where,
            max_results=1000,
            order_by=["attributes.start_time DESC"],
            page_token=token,
        )
        found += page
        token = page.token
        if not token:
            return found


def _gone(tags: dict[str, str], execution: str) -> bool:
    if execution and tags.get("mlops.id") == execution:
        return True
    host, _, rest = tags["mlops.process"].partition(" ")
    number, _, since = rest.partition(" ")
    return host == socket.gethostname() and number.isdigit() and not alive(int(number), since)
