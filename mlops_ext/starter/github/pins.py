"""The commit by which callers use this project, from the one file that holds it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import NamedTuple


class Pin(NamedTuple):
    """The repository, and the commit with the version that it had."""

    repository: str
    commit: str
    version: str

    def workflow(self, stage: str) -> str:
        """What stands behind `uses:` to call the workflow of a stage."""
        return f"{self.repository}/.github/workflows/{stage}.yml@{self.commit} # {self.version}"


def read_pin() -> Pin:
    """What the package was built with."""
    said = tomllib.loads(files("mlops_ext.starter").joinpath("pins.toml").read_text(encoding="utf-8"))
    return Pin(said["repository"], said["commit"], said["version"])
