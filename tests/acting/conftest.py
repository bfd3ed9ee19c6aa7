"""The harness's own fixtures."""

from __future__ import annotations

from acting.fixtures import act, checkout, no_network

__all__ = ["act", "checkout", "no_network"]
