"""Continuous delivery of models from the Git repository a team already has.

What a plugin author imports: `hookimpl`, `Plugin`, `Context`, and the types that cross hooks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlops_ext.contract.checks import Check, Fault, Report
    from mlops_ext.contract.context import Context
    from mlops_ext.contract.data import Column, ColumnRoles, DataRef, Measure, Measured, Table
    from mlops_ext.contract.hookspecs import hookimpl
    from mlops_ext.contract.models import ModelVersion, Promotion
    from mlops_ext.contract.pipeline import Maker, ModelFile, Package, Run, RunPlan, Source, StepRun, Tracker
    from mlops_ext.contract.plugin import Plugin
    from mlops_ext.contract.profile import ColumnProfile, Profile
    from mlops_ext.contract.records import RecordQuery, RecordStep, StageRecord, StoredRecord
    from mlops_ext.contract.refs import Metric, Ref, Setting
    from mlops_ext.contract.targets import Deployment, Subject, Target
    from mlops_ext.contract.triggers import Trigger

CONTRACT = 1
__version__ = "0.1.0"

_HOME = {
    "checks": ("Check", "Fault", "Report"),
    "context": ("Context",),
    "data": ("Column", "ColumnRoles", "DataRef", "Measure", "Measured", "Table"),
    "hookspecs": ("hookimpl",),
    "models": ("ModelVersion", "Promotion"),
    "pipeline": ("Maker", "ModelFile", "Package", "Run", "RunPlan", "Source", "StepRun", "Tracker"),
    "plugin": ("Plugin",),
    "profile": ("ColumnProfile", "Profile"),
    "records": ("RecordQuery", "RecordStep", "StageRecord", "StoredRecord"),
    "refs": ("Metric", "Ref", "Setting"),
    "targets": ("Deployment", "Subject", "Target"),
    "triggers": ("Trigger",),
}
_MODULE = {name: module for module, names in _HOME.items() for name in names}


__all__ = [
    "CONTRACT",
    "Check",
    "Column",
    "ColumnProfile",
    "ColumnRoles",
    "Context",
    "DataRef",
    "Deployment",
    "Fault",
    "Maker",
    "Measure",
    "Measured",
    "Metric",
    "ModelFile",
    "ModelVersion",
    "Package",
    "Plugin",
    "Profile",
    "Promotion",
    "RecordQuery",
    "RecordStep",
    "Ref",
    "Report",
    "Run",
    "RunPlan",
    "Setting",
    "Source",
    "StageRecord",
    "StepRun",
    "StoredRecord",
    "Subject",
    "Table",
    "Target",
    "Tracker",
    "Trigger",
    "hookimpl",
]


def __getattr__(name: str) -> Any:
    # `mlops-ext --help` must not pay for types that it doesn't use.
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"mlops_ext.contract.{_MODULE[name]}"), name)
