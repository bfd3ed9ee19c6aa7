"""The folder that is registered: the pipeline's file as it is, adapter, team's code, lock and profile."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mlops_ext import durable
from mlops_ext.environments.pins import requirements
from mlops_ext_mlflow.registration import features, teamcode

if TYPE_CHECKING:
    from mlops_ext.contract.profile import Profile

ADAPTER = "adapter.py"
SETTINGS = "mlops-ext-model.json"
LOCK = "environment.lock"
PROFILE = "profile.json"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into the folder. `code` are the folders below `tree` with the team's modules."""

    file: Path
    tree: Path
    code: tuple[str, ...]
    output: str
    lock: str
    profile: Profile | None


def build(parts: Parts, target: Path) -> None:
    """Make the folder at `target`; the same parts give the same model in it."""
    known = features.of(parts.profile)
    with tempfile.TemporaryDirectory() as scratch:
        adapter, code = Path(scratch) / ADAPTER, Path(scratch) / "code"
        adapter.write_bytes(_adapter())
        copied = teamcode.copy(parts.tree, parts.code, code)
        _save(parts, known, adapter, sorted(code.iterdir()) if copied else [], target)
    for cache in target.rglob("__pycache__"):
        shutil.rmtree(cache)
    file = next(path for path in (target / "artifacts").iterdir())
    settings = {
        "file": f"artifacts/{file.name}",
        "adapter": ADAPTER,
        "path": ["code"] if copied else [],
        "features": [{"name": one.name, "type": one.type} for one in known],
        "output": parts.output or None,
    }
    (target / SETTINGS).write_text(json.dumps(settings, indent=2) + "\n")
    write_facts(parts, target)


def write_facts(parts: Parts, target: Path) -> None:
    """Lock and profile as files."""
    durable.write_text(target / LOCK, parts.lock)
    if parts.profile is not None:
        durable.write_bytes(target / PROFILE, msgspec.json.format(msgspec.json.encode(parts.profile)))


def _adapter() -> bytes:
    import mlops_ext

    return (Path(mlops_ext.__file__).parent / ADAPTER).read_bytes()


def _save(parts: Parts, known: list[features.Feature], adapter: Path, code: list[Path], target: Path) -> None:
    with warnings.catch_warnings():
        # Hints to call MLflow in other ways, and about its own code; what it can't do it raises.
        warnings.simplefilter("ignore")
        import mlflow.pyfunc

        mlflow.pyfunc.save_model(
            path=str(target),
            python_model=str(adapter),
            artifacts={"model": str(parts.file)},
            code_paths=[str(path) for path in code] or None,
            signature=features.signature(known, parts.output),
            pip_requirements=_pins(parts.lock),
            model_config={"output": parts.output or None},
        )


def _pins(lock: str) -> list[str]:
    """The lock's lines without hashes and options: MLflow writes them into files of its own."""
    lines = (line.partition(" --hash=")[0].strip() for line in requirements(lock))
    return [line for line in lines if not line.startswith("-")]
