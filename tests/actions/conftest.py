"""act, our checkout, and the wheels that `make install` keeps."""

from __future__ import annotations

from acting.fixtures import act, checkout, no_network

__all__ = ["act", "checkout", "no_network"]
