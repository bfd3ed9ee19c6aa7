"""What an issue says. Whatever comes from data, settings or a record is shown as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlops_ext.output.clean import markdown, one_line
from mlops_ext_github import facts

if TYPE_CHECKING:
    from mlops_ext.contract.records import StageRecord, StoredRecord

TITLE = 200
ROWS = 20
CHECKS = 10
HEAD = "| until | why | record |\n|:--|:--|:--|"
# On a line of its own: no value begins a line here.
_UNTIL = re.compile(r"^<!-- until (\S+) -->\r?$", re.MULTILINE)


def title(record: StageRecord) -> str:
    """The model, the place and the reason, on one line."""
    return one_line(f"{record.model} on {record.target} needs a new experiment: {_whys(record)[0]}")[:TITLE]


def question(stored: StoredRecord, run: str) -> str:
    """Why retraining is no answer, with the checks that said no."""
    record = stored.record
    checks = facts.failed(record)
    rows = [f"| {markdown(c.name)} | {markdown(c.message)} |" for c in checks[:CHECKS]]
    more = f"\nand {len(checks) - CHECKS} more\n" if len(checks) > CHECKS else ""
    table = "\n".join(["| check | found |", "|:--|:--|", *rows]) + "\n" + more if rows else ""
    return "\n".join(
        [
            _hidden(facts.until(record)),
            f"Retraining is no answer here: somebody has to look at {markdown(record.model)} on "
            f"{markdown(record.target)}.\n",
            *(f"- {_text(why)}" for why in _whys(record)),
            "",
            table,
            f"`mlops-ext why {stored.digest[:12]}` shows what it stands on.{_link(run)} "
            "This issue is closed when a later window is well.",
        ]
    )


def still_so(stored: StoredRecord) -> str:
    """The first record that says the same once more."""
    return f"{_hidden(facts.until(stored.record))}\nIt is still so.\n\n{HEAD}\n{_row(stored)}"


def grown(body: str, stored: StoredRecord) -> str:
    """That text with a row more; the oldest go where there are many."""
    end = max(until(body), facts.until(stored.record))
    lines = _UNTIL.sub(_hidden(end), body.replace("\r\n", "\n").rstrip()).split("\n")
    head = next(number for number, text in enumerate(lines) if text.startswith("|:--")) + 1
    return "\n".join([*lines[:head], *[*lines[head:], _row(stored)][-ROWS:]])


def well(stored: StoredRecord, run: str) -> str:
    """What the window said that ended it."""
    end, summary = facts.until(stored.record), _text(stored.record.summary)
    return f"The window until {markdown(end)} is well: {summary}\n\nrecord `{stored.digest}`{_link(run)}"


def knows(text: str, stored: StoredRecord) -> bool:
    """Whether an issue or a comment of ours speaks of the window already, by this record or another."""
    end = facts.until(stored.record)
    return _hidden(end) in text or f"\n| {markdown(end)} |" in text


def until(text: str) -> str:
    """The newest time that an issue or a comment of ours speaks of; empty where it speaks of none."""
    return max(_UNTIL.findall(text or ""), default="")


def _row(stored: StoredRecord) -> str:
    end, why = facts.until(stored.record), _whys(stored.record)[0]
    return f"| {markdown(end)} | {markdown(why)} | `{stored.digest}` |"


def _whys(record: StageRecord) -> list[str]:
    return [ref.uri for ref in facts.questions(record)] or [record.summary]


def _text(text: str) -> str:
    # No table: there is nothing to keep a bar from.
    return markdown(text, longest=400).replace("\\|", "|")


def _hidden(end: str) -> str:
    return f"<!-- until {end} -->"


def _link(run: str) -> str:
    return f" [The run]({run})." if run else ""
