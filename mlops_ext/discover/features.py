"""Which columns of its table a script learns from."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from mlops_ext.discover.target import features_of, pairs


@dataclass(frozen=True)
class Selection:
    """The columns that are taken, or those that are left out; one of the two is empty."""

    taken: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of a table that are learned from."""
        return self.taken or tuple(name for name in columns if name not in self.left_out)


def selection(tree: ast.Module) -> Selection | None:
    """What all lines like `X = frame.drop(...)` or `X = frame[[...]]` agree on."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            for name, value in pairs(node.targets[0], node.value):
                words = features_of(name, value)
                if words:
                    found.add(Selection(left_out=words[1]) if words[0] == "drop" else Selection(words[1]))
    return found.pop() if len(found) == 1 else None
