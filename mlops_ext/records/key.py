"""A key: the digest of everything that an answer depends on."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from mlops_ext import CONTRACT, __version__
from mlops_ext.contract.refs import Ref


def make_key(
    stage: str,
    project: str,
    *,
    model: str = "",
    target: str = "",
    inputs: tuple[Ref, ...] = (),
    settings: object = None,
    tools: dict[str, str] | None = None,
    environment: str = "",
    more: tuple[str, ...] = (),
) -> str:
    """The sha256 in hex over stage, names, input digests, settings, versions and environment."""
    parts: dict[str, Any] = {
        "stage": stage,
        "project": project,
        "model": model,
        "target": target,
        "inputs": sorted(f"{ref.kind} {ref.name} {ref.digest}" for ref in inputs),
        "settings": msgspec.to_builtins(settings),
        "host": __version__,
        "contract": CONTRACT,
        "tools": tools or {},
        "environment": environment,
        "more": list(more),
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
