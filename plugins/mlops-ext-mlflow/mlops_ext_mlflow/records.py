"""Records in MLflow: a finished run per record, its exact bytes as the artifact `record.json`.

A run that a kill left unfinished is an orphan that nobody reads. A record that was saved twice is one.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.records import INTENT, RecordQuery, StageRecord, StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError
from mlops_ext.records import statement
from mlops_ext_mlflow.store import experiments
from mlops_ext_mlflow.store.calls import change, read, upload
from mlops_ext_mlflow.store.connect import Store, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mlops_ext.contract.context import Context

FILE = "record.json"
FINISHED = "attributes.status = 'FINISHED'"
SUBJECTS = 20
LONGEST = 250
PAGE = 200


def save(context: Context, stored: StoredRecord) -> Ref:
    """Keep a record; the same one twice is one."""
    store = connect(context)
    experiment = experiments.ensure(store, _experiment(context.project))
    known = next(_runs(store, experiment, f"tags.`mlops.digest` = '{stored.digest}'", page=1), None)
    run_id = known.info.run_id if known else _write(store, experiment, stored)
    name = f"{stored.record.stage}:{stored.record.key[:12]}"
    return Ref(kind="record", name=name, digest=f"sha256:{stored.digest}", uri=f"runs:/{run_id}/{FILE}")


def find(context: Context, query: RecordQuery) -> list[StoredRecord]:
    """Records that match, newest first, each once; those that are known are not read again."""
    store = connect(context)
    experiment = experiments.find(store, _experiment(query.project))
    seen: set[str] = set()
    found: list[StoredRecord] = []
    for run in _runs(store, experiment, _filter(query), page=min(200, 2 * query.limit)) if experiment else ():
        digest = run.data.tags.get("mlops.digest", "")
        if digest in seen or not _may_name(run.data.tags, query.subject):
            continue
        if digest not in query.known:
            stored = _read(store, run)
            if query.subject and query.subject not in _names(stored.record):
                continue
            found.append(stored)
        seen.add(digest)
        if len(seen) == query.limit:
            break
    return found


def _experiment(project: str) -> str:
    return f"{project}/records"


def _name(key: str, phase: str) -> str:
    # An intent has the key of the record that ends it, and must not answer for it.
    return key if phase != INTENT else f"intent-{key}"


def _write(store: Store, experiment: str, stored: StoredRecord) -> str:
    record, client = stored.record, store.client
    run = change(
        store, client.create_run, experiment, tags=_tags(stored), run_name=_name(record.key, record.phase)
    )
    run_id = str(run.info.run_id)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_bytes(stored.statement)
        upload(store, client.log_artifact, run_id, str(file))
    change(store, client.set_terminated, run_id, "FINISHED")
    return run_id


def _tags(stored: StoredRecord) -> dict[str, str]:
    record = stored.record
    tags = {
        "stage": record.stage,
        "phase": record.phase,
        "verdict": record.verdict,
        "digest": stored.digest,
        "model": record.model,
        "target": record.target,
        "zone": record.zone,
        "key": record.key,
    }
    subjects = {
        f"mlops.subject.{index}": name[:LONGEST] for index, name in enumerate(_names(record)[:SUBJECTS])
    }
    return {f"mlops.{name}": value for name, value in tags.items() if value} | subjects


def _names(record: StageRecord) -> list[str]:
    return list(dict.fromkeys(ref.name for ref in (*record.outputs, *record.inputs) if ref.name))


def _may_name(tags: Mapping[str, str], subject: str) -> bool:
    """Whether the record must be read to know: not all of many names are among the tags."""
    named = {value for name, value in tags.items() if name.startswith("mlops.subject.")}
    return not subject or subject[:LONGEST] in named or len(named) >= SUBJECTS


def _filter(query: RecordQuery) -> str:
    wanted = {"stage": query.stage, "model": query.model, "target": query.target, "phase": query.phase}
    parts = [f"tags.`mlops.{name}` = '{_safe(value)}'" for name, value in wanted.items() if value]
    if query.key and query.phase:
        # A search by name is ten times faster than one by tag.
        parts = [f"attributes.run_name = '{_safe(_name(query.key, query.phase))}'"]
    elif query.key:
        parts.append(f"tags.`mlops.key` = '{_safe(query.key)}'")
    if query.digest:
        like = "=" if len(query.digest) == 64 else "LIKE"
        parts.append(f"tags.`mlops.digest` {like} '{_safe(query.digest)}{'' if like == '=' else '%'}'")
    return " and ".join(parts)


def _safe(value: str) -> str:
    if "'" in value or "`" in value:
        raise CouldNotTellError(f"{value!r} can't be asked of MLflow", hint="use names without quotes")
    return value


def _runs(store: Store, experiment: str, where: str, *, page: int) -> Iterator[Any]:
    """Finished runs, newest first, page by page as they are needed."""
    token: str | None = None
    while True:
        part = read(
            store,
            store.client.search_runs,
            [experiment],
            filter_string=" and ".join(filter(None, (where, FINISHED))),
            max_results=page,
            order_by=["attributes.start_time DESC"],
            page_token=token,
        )
        yield from part
        token = part.token
        if not token:
            return


def _read(store: Store, run: Any) -> StoredRecord:
    run_id, digest = run.info.run_id, run.data.tags.get("mlops.digest", "")
    with tempfile.TemporaryDirectory() as folder:
        try:
            content = Path(read(store, store.client.download_artifacts, run_id, FILE, folder)).read_bytes()
        except Exception as error:
            raise CouldNotTellError(
                f"record {digest[:12]} is named in {store.shown}, and its file is not there",
                where=f"run {run_id}",
                hint="was the store moved or copied without its artifacts?",
            ) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise CouldNotTellError(
            f"the store gave bytes for record {digest[:12]} that don't hash to its name",
            where=f"run {run_id} in {store.shown}",
            hint="somebody changed the record: see who can write to the store",
        )
    return statement.read(content)
