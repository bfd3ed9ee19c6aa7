"""What the training tests of a model are told: as JSON, because they run where nothing of ours is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mlops_ext.contract.settings import CsvSettings, DataSettings, ModelSettings, TrainingSettings
from mlops_ext.errors import SettingsError
from mlops_ext.session import Session
from mlops_ext.stages.training_stage import stage_of

USUAL = "tests/training_adapter.py"


def adapter_of(session: Session, model: ModelSettings) -> Path | None:
    """The adapter that the settings name, else the one at the usual place, unless they name a stage."""
    own = model.training or TrainingSettings()
    path = session.context.root / (own.adapter or USUAL)
    return path if own.adapter or (path.is_file() and not own.stage) else None


def is_asked(session: Session, model: ModelSettings) -> bool:
    """Whether the training of a model can be got at, or the settings say that it can."""
    return model.training is not None or adapter_of(session, model) is not None


def plan_of(session: Session, name: str, scratch: Path) -> str:
    """The plan of the plugin, with absolute paths."""
    root = session.context.root
    model = session.settings.models[name]
    own = model.training or TrainingSettings()
    adapter = adapter_of(session, model)
    plan: dict[str, Any] = {
        "adapter": str(adapter or ""),
        "rows": own.rows,
        "params": own.params,
        "skip": own.skip,
        "path": [str(root / folder) for folder in model.path],
        "root": str(root),
    }
    plan |= _table(session, model, own)
    if adapter is None:
        if not plan.get("table"):
            raise SettingsError("a stage needs a table", key=f"models.{name}.training.table", hint="name one")
        # The stage's own code picks its features.
        plan["features"] = []
        plan["stage"] = stage_of(session, name, model, Path(plan["table"]), scratch)
    return json.dumps(plan)


def _table(session: Session, model: ModelSettings, own: TrainingSettings) -> dict[str, Any]:
    name = own.table or model.train or model.data
    if not name:
        return {}
    table = session.settings.data[name]
    # Columns mean the same in the table that a model was fitted on and in the one that it was cut from.
    meant = _meant(table, session.settings.data.get(model.data, table))
    csv = _csv(table.csv)
    path = str(session.context.root / table.path)
    return {"table": path, "format": table.format, "csv": csv, "absent": table.missing, **meant}


def _csv(own: CsvSettings) -> dict[str, Any]:
    """What differs from the defaults, in the words of pandas."""
    usual = CsvSettings()
    words = {"sep": "delimiter", "decimal": "decimal", "quotechar": "quote", "encoding": "encoding"}
    said = {
        word: getattr(own, key) for word, key in words.items() if getattr(own, key) != getattr(usual, key)
    }
    nulls = {"na_values": list(own.nulls), "keep_default_na": False} if own.nulls != usual.nulls else {}
    return {**said, **nulls}


def _meant(table: DataSettings, whole: DataSettings) -> dict[str, Any]:
    columns = table.columns if table.columns.label else whole.columns
    ignored = (columns.id, table.time or whole.time, *columns.ignore)
    return {
        "label": columns.label,
        "features": list(columns.features),
        "categories": list(columns.categories),
        "ignored": [name for name in ignored if name],
    }
