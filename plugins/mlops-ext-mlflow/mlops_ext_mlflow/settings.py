"""The plugin's own settings: `[tool.mlops-ext.mlflow]`."""

from __future__ import annotations

import msgspec


class MlflowSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which MLflow is used.

    `tracking_uri` and `registry_uri` win over MLflow's own environment variables; where neither says
    anything the store is `mlflow.db` in the project. `experiment` is the experiment of pipeline runs, by
    default MLFLOW_EXPERIMENT_NAME, else the project's name. `artifacts` is where files go when the store is
    a database without a server. `contact_seconds` bounds the first answer.
    """

    tracking_uri: str = ""
    registry_uri: str = ""
    experiment: str = ""
    artifacts: str = ""
    contact_seconds: float = 30.0
