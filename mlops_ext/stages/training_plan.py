"""What the training tests of a model are told: as JSON, because they run where nothing of ours is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mlops_ext.contract.settings import DataSettings, ModelSettings, TrainingSettings
from mlops_ext.session import Session

USUAL = "tests/training_adapter.py"


def adapter_of(session: Session, model: ModelSettings) -> Path | None:
    """The adapter that the settings name, else the one at the usual place."""
    named = model.training.adapter if model.training else ""
    path = session.context.root / (named or USUAL)
    return path if named or path.is_file() else None


def plan_of(session: Session, model: ModelSettings, adapter: Path) -> str:
    """The plan of the plugin, with absolute paths."""
    root = session.context.root
    own = model.training or TrainingSettings()
    plan: dict[str, Any] = {
        "adapter": str(adapter),
        "rows": own.rows,
        "params": own.params,
        "skip": own.skip,
        "path": [str(root / folder) for folder in model.path],
        "root": str(root),
    }
    return json.dumps(plan | _table(session, model, own))


def _table(session: Session, model: ModelSettings, own: TrainingSettings) -> dict[str, Any]:
    name = own.table or model.train or model.data
    if not name:
        return {}
    table = session.settings.data[name]
    # Columns mean the same in the table that a model was fitted on and in the one that it was cut from.
    meant = _meant(table, session.settings.data.get(model.data, table))
    return {"table": str(session.context.root / table.path), "format": table.format, **meant}


def _meant(table: DataSettings, whole: DataSettings) -> dict[str, Any]:
    columns = table.columns if table.columns.label else whole.columns
    ignored = (columns.id, table.time or whole.time, *columns.ignore)
    return {
        "label": columns.label,
        "features": list(columns.features),
        "categories": list(columns.categories),
        "ignored": [name for name in ignored if name],
    }
