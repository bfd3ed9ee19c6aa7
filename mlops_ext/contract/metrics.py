"""The metrics that a model can be judged by, and which way each of them is better."""

from __future__ import annotations

HIGHER_IS_BETTER = {
    "auc": True,
    "accuracy": True,
    "r2": True,
    "log_loss": False,
    "brier": False,
    "rmse": False,
    "mae": False,
}
