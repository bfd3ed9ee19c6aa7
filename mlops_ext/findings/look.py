"""What rules read: files, and the forms that several rules need, each made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mlops_ext.findings.addresses import Address, addresses
from mlops_ext.findings.code import Code
from mlops_ext.findings.commands import Script, scripts
from mlops_ext.findings.requirement_files import files
from mlops_ext.findings.workflows import Workflows
from mlops_ext.reading.pipelines import Pipelines
from mlops_ext.reading.tree import Tree


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
