"""The service's own words, with their time, on stderr: what a supervisor, systemd or a container keeps."""

from __future__ import annotations

import logging
import sys

from mlops_ext.process import without_secrets

_LOGGER = logging.getLogger("mlops_ext_serve")


def begin() -> None:
    """Write from now on; of others only warnings are heard."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
    _LOGGER.setLevel(logging.INFO)


def say(message: str) -> None:
    """One line, or a few, without the secrets in them."""
    _LOGGER.info("%s", without_secrets(message))
