"""What holds for every plugin."""

from __future__ import annotations

from mlops_ext.testing.contract import PluginContract


class TestContract(PluginContract):
    """The installed distribution."""

    plugin = "github"
