"""What is left of a command in the places that outlive it, read with the tools and not with our own code."""

from __future__ import annotations

import json
import shutil
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from projects.make import Tiny

from harness.arena import read_json

MODEL = "purchase"
RECORDS = "visits/records"


def client(tiny: Tiny, uri: str = "") -> Any:
    """MLflow's own client for a server, or for a copy of the project's store.

    A copy, since MLflow keeps a connection by its path, and under this one lie many states after each other.
    """
    import os

    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    import mlflow

    return mlflow.MlflowClient(tracking_uri=uri or f"sqlite:///{_copied(tiny)}")


def _copied(tiny: Tiny) -> Path:
    """The project's store as it is now, in a folder of its own."""
    return Path(shutil.copy2(tiny.root / "mlflow.db", tempfile.mkdtemp(dir=tiny.folder.parent)))


def end_state(tiny: Tiny, uri: str = "") -> dict[str, Any]:
    """Records, versions, alias, promotions, deployments and service, without what differs by time or id."""
    store = client(tiny, uri)
    statements = records(store)
    return {
        "records": _counted(statements),
        "open intents": open_intents(statements),
        "versions": [version.version for version in versions(store, MODEL)],
        "champion": champion(store),
        "promotions": promotions(store),
        "deployments": {place.parent.name: deployment(place) for place in tiny.home.glob("*/current")},
        "service": service(tiny),
        "running runs": _unfinished(store),
        "leftovers": leftovers(tiny),
    }


def records(store: Any) -> dict[str, dict[str, Any]]:
    """The statements in the store's finished runs, by their digest, newest first."""
    experiment = store.get_experiment_by_name(RECORDS)
    if experiment is None:
        return {}
    runs = store.search_runs([experiment.experiment_id], filter_string="attributes.status = 'FINISHED'")
    found = {}
    for run in runs:
        path = Path(store.download_artifacts(run.info.run_id, "record.json"))
        assert run.data.tags["mlops.digest"] not in found, "one record is kept twice"
        found[run.data.tags["mlops.digest"]] = json.loads(path.read_bytes())["predicate"]
    return found


def open_intents(statements: dict[str, dict[str, Any]]) -> list[str]:
    """Intents that no record closed."""
    closed = {
        parent
        for said in statements.values()
        if said.get("phase", "record") == "record"
        for parent in said.get("parents", ())
    }
    return [
        said["summary"]
        for digest, said in statements.items()
        if said.get("phase", "record") == "intent" and digest not in closed
    ]


def versions(store: Any, name: str) -> list[Any]:
    """Versions of a registered model, the oldest first."""
    found = store.search_model_versions(f"name = '{name}'")
    return sorted(found, key=lambda version: int(version.version))


def champion(store: Any) -> int:
    """The version that the alias points at; 0 where there is none."""
    from mlflow.exceptions import MlflowException

    try:
        return int(store.get_model_version_by_alias(MODEL, "champion").version)
    except MlflowException:
        return 0


def promotions(store: Any) -> list[tuple[int, int, int]]:
    """The log: number, the entry it was judged against, the version."""
    found = [
        (version.version, json.loads(version.description)) for version in versions(store, f"{MODEL}.champion")
    ]
    return [(int(number), said["expected"], said["target"]) for number, said in found]


def deployment(link: Path) -> tuple[str, bool]:
    """The release that a link points at, and whether it can run."""
    release = link.resolve()
    return release.name, (release / "venv" / "bin" / "python").exists() and (release / "pipeline").is_dir()


def service(tiny: Tiny) -> dict[str, Any] | None:
    """What the service in production says of itself."""
    address = read_json(tiny.home / "production" / "services" / MODEL / "address.json")
    if not isinstance(address, dict):
        return None
    uri = address.get("uri") or f"http://{address['host']}:{address['port']}"
    try:
        with urllib.request.urlopen(f"{uri}/version", timeout=5) as answer:
            said = json.load(answer)
    except OSError:
        return None
    return {name: said.get(name) for name in ("ready", "version", "promotion")}


def leftovers(tiny: Tiny) -> list[str]:
    """Files with names that say they are half written, in places that last."""
    names = [".tmp", ".new", ".partial", "fetching", "sample"]
    return sorted(
        str(path.relative_to(tiny.home))
        for path in tiny.home.glob("*/releases/*/*")
        if any(path.name.endswith(name) for name in names)
    )


def _counted(statements: dict[str, dict[str, Any]]) -> dict[str, int]:
    kept = [said for said in statements.values() if said.get("phase", "record") == "record"]
    words = Counter(f"{said['stage']} {said.get('target', '')} {said['verdict']}" for said in kept)
    return dict(sorted(words.items()))


def _unfinished(store: Any) -> list[str]:
    """Runs of pipelines that say that they still run."""
    ids = [one.experiment_id for one in store.search_experiments() if one.name != RECORDS]
    runs = store.search_runs(ids, filter_string="attributes.status = 'RUNNING'") if ids else []
    return [run.info.run_name for run in runs]
