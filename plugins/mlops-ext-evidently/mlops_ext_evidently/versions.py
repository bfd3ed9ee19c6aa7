"""The two distributions whose versions have to fit."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

BOUND = "install mlops-ext-evidently in an environment of its own, or pin: pip install 'pandas<3.1'"


def pair() -> str:
    """Evidently and pandas with their versions."""
    return f"evidently {_version('evidently')} with pandas {_version('pandas')}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
