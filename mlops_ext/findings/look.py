"""What rules read: files, and the forms that several rules need, each made once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mlops_ext.findings.addresses import Address, addresses
from mlops_ext.findings.code import Code
from mlops_ext.findings.commands import Script, scripts
from mlops_ext.findings.requirement_files import files
from mlops_ext.findings.workflows import Workflows
from mlops_ext.reading.pipelines import Pipelines
from mlops_ext.reading.tree import Tree, joined


@dataclass
class Look:
    """One repository. `packages` are those of the project environment, by name."""

    tree: Tree
    packages: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def code(self) -> Code:
        """The Python files."""
        return Code(self.tree)

    @cached_property
    def pipelines(self) -> Pipelines:
        """Each dvc.yaml and `.dvc` file."""
        return Pipelines(self.tree)

    @cached_property
    def workflows(self) -> Workflows:
        """GitHub's workflows."""
        return Workflows(self.tree)

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """Shell text of CI, make and DVC."""
        return tuple(scripts(self.tree, self.pipelines, self.workflows))

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """Where MLflow's server is said to be."""
        return tuple(addresses(self.tree, self.code))

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The table of our settings, empty where it can't be read; what is wrong in it is told elsewhere."""
        for name, keys in (("mlops-ext.toml", ()), ("pyproject.toml", ("tool", "mlops-ext"))):
            path = joined(self.tree.project, name)
            try:
                found: Any = tomllib.loads((self.tree.text(path) or "") if self.tree.has(path) else "")
            except ValueError:
                continue
            for key in keys:
                found = found.get(key, {}) if isinstance(found, dict) else {}
            if found and isinstance(found, dict):
                return found
        return {}

    @property
    def named_plugins(self) -> tuple[str, ...]:
        """The plugins of the settings."""
        named = self.settings.get("plugins")
        return tuple(str(name) for name in named) if isinstance(named, list) else ()

    def has(self, kind: str) -> bool:
        """Whether there is anything of a rule's kind to read."""
        return {
            "files": lambda: bool(self.tree.files),
            "python": lambda: bool(self.tree.named(".py")),
            "pipelines": lambda: bool(self.pipelines.files or self.pipelines.pointers),
            "workflows": lambda: bool(self.workflows.all or self.workflows.broken),
            "commands": lambda: bool(self.scripts or self.pipelines.stages),
            "remotes": lambda: any(path.endswith(".dvc/config") for path in self.tree.files),
            "requirements": lambda: bool(self.packages or files(self.tree) or self.code.modules),
        }[kind]()
