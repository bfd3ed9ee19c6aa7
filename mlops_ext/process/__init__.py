"""The one door to subprocesses: short children, supervised long ones, and services that outlive us."""

from __future__ import annotations

from mlops_ext.process.detached import start_detached, stop
from mlops_ext.process.environment import TELEMETRY_OFF, project_environment, quiet
from mlops_ext.process.orphans import sweep_orphans
from mlops_ext.process.piped import end, start_piped
from mlops_ext.process.redact import struct_without_secrets, without_secrets
from mlops_ext.process.short import CommandError, Finished, run
from mlops_ext.process.supervised import Command, Supervised, shielded, supervise, supervise_all, supervised
from mlops_ext.process.table import alive, started
from mlops_ext.signals import ending

__all__ = [
    "TELEMETRY_OFF",
    "Command",
    "CommandError",
    "Finished",
    "Supervised",
    "alive",
    "end",
    "ending",
    "project_environment",
    "quiet",
    "run",
    "shielded",
    "start_detached",
    "start_piped",
    "started",
    "stop",
    "struct_without_secrets",
    "supervise",
    "supervise_all",
    "supervised",
    "sweep_orphans",
    "without_secrets",
]
