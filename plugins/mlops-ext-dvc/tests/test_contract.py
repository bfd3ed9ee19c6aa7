from __future__ import annotations

from mlops_ext.testing.contract import PluginContract


class TestDvc(PluginContract):
    plugin = "dvc"
