"""What is missing on this machine: plugins, tools, stores, environment. Nothing of the team's is run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mlops_ext import discovery
from mlops_ext.contract.checks import ERROR, FAIL, PASS, Check, Report
from mlops_ext.process import run
from mlops_ext.session import Session

IMPORT_SECONDS = 60.0


def examine(session: Session) -> list[Report]:
    """The host's own checks, then what every plugin says of its tool and its store."""
    session.context.say("importing each tool in a child process")
    own = Report(
        question="setup",
        plugin="mlops-ext",
        checks=(*_plugins(session), *_tools(session), *_environment(session)),
    )
    session.context.say("asking the plugins")
    return [own, *session.dispatcher.reports("mlops_check_setup", "setup", context=session.context)]


def _plugins(session: Session) -> Iterator[Check]:
    for row in session.registry.rows:
        if row.error:
            yield Check(name=f"plugin {row.label}", status=FAIL, message=row.error, hint=row.hint)
        else:
            yield Check(name=f"plugin {row.label}", status=PASS)


def _tools(session: Session) -> list[Check]:
    versions = discovery.tool_versions(session.registry.tools())
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda tool: _imports(session.context.root, tool, versions[tool]), versions))


def _imports(root: Path, tool: str, version: str) -> Check:
    """A tool that resolves may still not import: only trying tells (F80)."""
    name = f"{tool} {version} imports"
    if version == "missing":
        return Check(name=name, status=FAIL, message="it is not installed", hint=f"pip install {tool}")
    code = f"import warnings; warnings.simplefilter('ignore'); import {discovery.package_of(tool)}"
    finished = run([sys.executable, "-c", code], cwd=root, timeout=IMPORT_SECONDS)
    if finished.code == 0:
        return Check(name=name, status=PASS, message=f"{finished.seconds:.1f} s")
    last = finished.stderr.strip().splitlines()[-1:] or [f"exit code {finished.code}"]
    return Check(
        name=name, status=FAIL, message=last[0], hint="the plugin's metadata says which versions go together"
    )


def _environment(session: Session) -> Iterator[Check]:
    python = Path(session.context.python)
    if not python.exists():
        hint = 'set python = ".venv/bin/python"'
        message = f"{python} is not there"
        yield Check(name="project environment", status=ERROR, message=message, where="python", hint=hint)
        return
    found = session.environment
    yield Check(
        name="project environment",
        status=PASS,
        message=f"{python}, Python {found.python}, {len(found.packages)} packages",
    )
