"""What `init` would write: schemas, then what stands beside them, then the settings that name them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_ext.settings.find import OWN_FILE, PYPROJECT
from mlops_ext.starter import precommit
from mlops_ext.starter.adapter import ADAPTER, Adapter, adapter_for
from mlops_ext.starter.engine import Engine
from mlops_ext.starter.proposal import NewFile, Proposal
from mlops_ext.starter.schemas import Clock, Draft, drafts
from mlops_ext.starter.settings_text import (
    Entries,
    TableEntry,
    model_entries,
    plugins_for,
    settings_text,
)
from mlops_ext.words import plural

if TYPE_CHECKING:
    from mlops_ext.discover.repository import Repository


def propose(
    found: Repository, seconds: float, say: Callable[[str], None], *, github: bool = False
) -> Proposal:
    """Look at the tables for at most about so many seconds, and put together all that fits."""
    proposal = Proposal(found.root, left_out=list(found.remarks))
    drafted = _drafts(found, seconds, say)
    for draft in drafted:
        if draft.why_not:
            left = "" if draft.kept else "; left out of the settings"
            proposal.left_out.append(f"{draft.table.path}: no schema, {draft.why_not}{left}")
    kept = [draft for draft in drafted if draft.kept]
    proposal.files += [_schema(draft) for draft in kept if draft.text]
    proposal.files += [
        NewFile(draft.suite.path, draft.suite.text, f"a first suite for {draft.table.name}")
        for draft in kept
        if draft.suite and not (found.root / draft.suite.path).exists()
    ]
    labels = {draft.table.name: _label(found, draft) for draft in kept}
    adapter = _add_adapter(found, kept, labels, proposal)
    _add_precommit(found, proposal)
    tables = tuple(_entry(found, draft, labels, adapter) for draft in kept)
    proposal.files.append(_settings(found, Entries(tables, model_entries(found, adapter), github)))
    return proposal


def _drafts(found: Repository, seconds: float, say: Callable[[str], None]) -> list[Draft]:
    if not found.tables:
        return []
    everything = Entries(tuple(TableEntry(table) for table in found.tables))
    engine = Engine(found.root, found.top, settings_text(found, everything, ""), say)
    if not engine.reads:
        why = "no plugin here reads tables: pip install mlops-ext-ibis"
        return [Draft(table, why_not=why) for table in found.tables]
    made = {draft.table.name: draft for draft in drafts(engine, found.tables, Clock(seconds), say)}
    return [made[table.name] for table in found.tables]


def _schema(draft: Draft) -> NewFile:
    columns, rows = plural(len(draft.seen), "column"), plural(draft.seen[0].rows, "row")
    return NewFile(draft.path, draft.text, f"{columns} as seen in {rows} of {draft.table.path}")


def _label(found: Repository, draft: Draft) -> str:
    """The column that the code calls the truth most often, where one is ahead."""
    counted = sorted(
        ((times, column) for column, times in found.code.targets.items() if column in draft.columns),
        reverse=True,
    )
    if not counted or (len(counted) > 1 and counted[0][0] == counted[1][0]):
        return ""
    return counted[0][1]


def _entry(found: Repository, draft: Draft, labels: dict[str, str], adapter: Adapter | None) -> TableEntry:
    name = draft.table.name
    suite = next((suite for suite in found.suites if suite.replace("_", "-").lower() == name), "")
    suite = draft.suite.name if draft.suite else suite
    features = adapter.features if adapter and adapter.draft is draft else ()
    if len(features) == len(draft.columns) - 1:
        features = ()
    return TableEntry(draft.table, draft.path, suite, labels[name], features)


def _add_adapter(
    found: Repository, drafted: Sequence[Draft], labels: dict[str, str], proposal: Proposal
) -> Adapter | None:
    """The adapter is proposed where there is none, and its model is named in the settings either way."""
    adapter, why_not = adapter_for(found, drafted, labels)
    if adapter is None:
        proposal.left_out.append(f"{ADAPTER}: not written, {why_not}")
    elif not (found.root / ADAPTER).exists():
        what = f"fits the model for the training tests, as {adapter.training.where} does"
        proposal.files.append(NewFile(ADAPTER, adapter.text, what))
    return adapter


def _add_precommit(found: Repository, proposal: Proposal) -> None:
    text = precommit.snippet(found.root, found.top, pipeline="dvc" in plugins_for(found))
    path = found.top / precommit.CONFIG
    if not path.exists():
        shown = Path(precommit.CONFIG) if found.root == found.top else path
        proposal.files.append(NewFile(str(shown), text, "hooks for pre-commit"))
    elif "mlops-ext-" not in path.read_text(encoding="utf-8", errors="replace"):
        proposal.printed.append(f"{precommit.CONFIG} is there already; to add to it:\n\n{text}")


def _settings(found: Repository, entries: Entries) -> NewFile:
    what = f"settings: {plural(len(entries.tables), 'table')}, {plural(len(entries.models), 'model')}"
    if (found.root / PYPROJECT).is_file():
        return NewFile(PYPROJECT, settings_text(found, entries, "tool.mlops-ext"), what, added=True)
    return NewFile(OWN_FILE, settings_text(found, entries, ""), what)
