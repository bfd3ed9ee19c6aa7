"""The contract test: inherit `PluginContract` in a test file of the plugin and set `plugin`."""

from __future__ import annotations

import inspect
import subprocess
import sys

from mlops_ext import discovery, registry
from mlops_ext.contract import hookspecs
from mlops_ext.contract.plugin import Plugin
from mlops_ext.contract.policy import POLICIES
from mlops_ext.registry import Row


class PluginContract:
    """What holds for every plugin, whatever it does."""

    plugin: str

    def row(self) -> Row:
        """The plugin as the host sees it, loaded from its installed distribution."""
        return registry.check(discovery.load(self.plugin, discovery.find_plugins()))

    def declaration(self) -> Plugin:
        """What the plugin says of itself."""
        plugin = self.row().plugin
        assert plugin is not None
        return plugin

    def test_it_is_installed_and_the_host_can_ask_it(self) -> None:
        """Found by its entry point, imports, declares itself, and implements only hooks that exist."""
        assert self.row().error == ""

    def test_it_answers_at_least_one_hook(self) -> None:
        """A plugin without hooks is never asked."""
        assert self.row().hooks

    def test_it_has_the_hooks_that_its_roles_promise(self) -> None:
        """For each role at least one hook that only the role's plugin is asked."""
        row, plugin = self.row(), self.declaration()
        for role in plugin.roles:
            mine = [hook for hook, policy in POLICIES.items() if policy.role == role]
            assert not mine or set(mine) & set(row.hooks), f"role {role} without any of {mine}"

    def test_it_can_deploy_the_kinds_that_it_declares(self) -> None:
        """Whoever declares a kind deploys to it and observes it."""
        if self.declaration().kinds:
            assert {"mlops_deploy", "mlops_observe"} <= set(self.row().hooks)

    def test_its_hooks_take_what_the_contract_passes(self) -> None:
        """Any subset of a hook's arguments, without defaults: pluggy never passes an argument with one."""
        row = self.row()
        for hook in row.hooks:
            for name, parameter in inspect.signature(getattr(row.module, hook)).parameters.items():
                assert name in inspect.signature(getattr(hookspecs, hook)).parameters
                assert parameter.default is inspect.Parameter.empty, f"{hook}: {name} has a default"

    def test_importing_it_imports_no_wrapped_tool(self) -> None:
        """Only a hook that does work may pay for its tool."""
        row, plugin = self.row(), self.declaration()
        packages = map(discovery.package_of, plugin.tools)
        heavy = [*packages, "pandas", "numpy", "pyarrow"]
        code = f"import sys, {row.module.__name__}; print([m for m in {heavy!r} if m in sys.modules])"
        command = [sys.executable, "-c", code]
        finished = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
        assert finished.stdout.strip() == "[]"

    def test_its_settings_are_strict(self) -> None:
        """An unknown key in the plugin's own table is an error."""
        kind = self.declaration().settings
        if kind is not None:
            assert kind.__struct_config__.forbid_unknown_fields
