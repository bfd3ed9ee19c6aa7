"""What `init` would write: schemas, then what stands beside them, then the settings that name them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.settings.find import OWN_FILE, PYPROJECT
from mlops_ext.starter import precommit
from mlops_ext.starter.engine import Engine
from mlops_ext.starter.proposal import NewFile, Proposal
from mlops_ext.starter.schemas import Clock, Draft, drafts
from mlops_ext.starter.settings_text import Entries, TableEntry, plugins_for, settings_text
from mlops_ext.words import plural

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository


def propose(found: Repository, seconds: float, say: Callable[[str], None]) -> Proposal:
    """Look at the tables for at most about so many seconds, and put together all that fits."""
    proposal = Proposal(found.root, left_out=list(found.remarks))
    drafted = _drafts(found, seconds, say)
    for draft in drafted:
        if draft.why_not:
            left = "" if draft.kept else "; left out of the settings"
            proposal.left_out.append(f"{draft.table.path}: no schema, {draft.why_not}{left}")
    proposal.files += [_schema(draft) for draft in drafted if draft.text]
    _add_precommit(found, proposal)
    entries = Entries(tuple(_entry(found, draft) for draft in drafted if draft.kept), _models(found))
    proposal.files.append(_settings(found, entries))
    return proposal


def _drafts(found: Repository, seconds: float, say: Callable[[str], None]) -> list[Draft]:
    if not found.tables:
        return []
    everything = Entries(tuple(TableEntry(table) for table in found.tables))
    engine = Engine(found.root, found.top, settings_text(found, everything, ""), say)
    if not engine.reads:
        why = "no plugin here reads tables: pip install mlops-ext-ibis"
        return [Draft(table, why_not=why) for table in found.tables]
    return list(drafts(engine, found.tables, Clock(seconds), say))


def _schema(draft: Draft) -> NewFile:
    what = (
        f"{plural(len(draft.columns), 'column')} as seen in {plural(draft.rows, 'row')} of {draft.table.path}"
    )
    return NewFile(draft.path, draft.text, what)


def _entry(found: Repository, draft: Draft) -> TableEntry:
    name = draft.table.name
    suite = next((suite for suite in found.suites if suite.replace("_", "-").lower() == name), "")
    return TableEntry(draft.table, draft.path, suite, _label(found, draft))


def _label(found: Repository, draft: Draft) -> str:
    """The column that the code calls the truth most often, where one is ahead."""
    counted = sorted(
        ((times, column) for column, times in found.code.targets.items() if column in draft.columns),
        reverse=True,
    )
    if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return ""
    return counted[0][1]


def _models(found: Repository) -> Mapping[str, Mapping[str, str]]:
    return {model.name: {} if model.declared else {"file": model.path} for model in found.models}


def _add_precommit(found: Repository, proposal: Proposal) -> None:
    text = precommit.snippet(found.root, found.top, pipeline="dvc" in plugins_for(found))
    path = found.top / precommit.CONFIG
    if not path.exists():
        shown = Path(precommit.CONFIG) if found.root == found.top else path
        proposal.files.append(NewFile(str(shown), text, "hooks for pre-commit"))
    elif "mlops-ext-" not in path.read_text(encoding="utf-8", errors="replace"):
        proposal.printed.append(f"{precommit.CONFIG} is there already; to add to it:\n\n{text}")


def _settings(found: Repository, entries: Entries) -> NewFile:
    what = f"{plural(len(entries.tables), 'table')}, {plural(len(entries.models), 'model')}"
    if (found.root / PYPROJECT).is_file():
        return NewFile(
            PYPROJECT, settings_text(found, entries, "tool.mlops-ext"), f"settings: {what}", added=True
        )
    return NewFile(OWN_FILE, settings_text(found, entries, ""), f"settings: {what}")
