"""What is kept, read with Git, SQLite and the object store alone, and with nothing of ours."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass

from calling import git

from keeping.team import REF, Team


@dataclass(frozen=True)
class Kept:
    """How often each unit has a finished run, a file and a record; intents that nothing closed; the lease."""

    runs: Counter[str]
    files: Counter[str]
    records: Counter[str]
    open_intents: list[str]
    leased: bool


def look(team: Team) -> Kept:
    """The newest state, with every byte of it checked against its name."""
    listed = [json.loads(line) for line in git(team.origin, "show", f"{REF}:store.jsonl").splitlines()]
    content = {row["name"]: _bytes(team, row) for row in listed}
    names = git(team.origin, "ls-tree", "-r", "--name-only", REF).splitlines()
    statements = {
        name.rpartition("/")[2].removesuffix(".json"): json.loads(git(team.origin, "show", f"{REF}:{name}"))
        for name in names
        if name.startswith("records/")
    }
    said = {digest: statement["predicate"] for digest, statement in statements.items()}
    done = {digest: one for digest, one in said.items() if one.get("phase", "record") == "record"}
    closed = {parent for one in done.values() for parent in one["parents"]}
    return Kept(
        runs=_runs(content["mlflow.db.gz"]),
        files=Counter(text.decode() for name, text in content.items() if name.endswith("/result.txt")),
        records=Counter(one["key"] for one in done.values()),
        open_intents=[one["key"] for digest, one in said.items() if digest not in {*closed, *done}],
        leased="lease.json" in names,
    )


def _bytes(team: Team, row: dict[str, str]) -> bytes:
    from hashlib import sha256

    digest = row["digest"].removeprefix("sha256:")
    content = team.read(f"mlops-ext/{digest[:2]}/{digest}")
    assert sha256(content).hexdigest() == digest
    return content


def _runs(packed: bytes) -> Counter[str]:
    """Finished runs by name, in the database of MLflow."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(gzip.decompress(packed))
        rows = connection.execute(
            "select runs.name from runs join experiments using (experiment_id)"
            " where experiments.name = 'flights' and runs.status = 'FINISHED'"
        )
        return Counter(name for (name,) in rows)
