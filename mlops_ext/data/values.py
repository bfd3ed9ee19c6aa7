"""What a declared schema says about values, checked by counts, with the first values that break it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from mlops_ext.contract.checks import FAIL, PASS, UNEXPECTED, VALUES, Check
from mlops_ext.contract.data import Measure, Measured
from mlops_ext.data.examples import examples
from mlops_ext.profile.count import EVERY_VALUE
from mlops_ext.profile.kinds import normal_word

if TYPE_CHECKING:
    from mlops_ext.contract.data import Table
    from mlops_ext.data.declared import DeclaredColumn

Answers = dict[str, Measured]


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One column that is looked at: its table and type, what is declared, and whether values may be shown."""

    table: Table
    name: str
    type: str
    declared: DeclaredColumn
    shown: bool = True
    nulls: int = 0

    @property
    def checked(self) -> int:
        """How many values there are."""
        return self.table.rows - self.nulls


def count(table: Table, columns: Sequence[Looked]) -> dict[str, Answers]:
    """What the rules of all columns need, by column: counted at once, so that the rows are read once."""
    asked = {one.name: _measures(one) for one in columns}
    measures = [measure for kinds in asked.values() for measure in kinds.values()]
    found = iter(table.aggregate(measures) if measures else ())
    return {name: {kind: next(found) for kind in kinds} for name, kinds in asked.items()}


def check_values(looked: Looked, answers: Answers) -> list[Check]:
    """Nulls, categories, bounds and repeats; a rule that no value could break says no as vacuous."""
    looked = replace(looked, nulls=int(answers["nulls"].value or 0))
    declared = looked.declared
    checks = []
    if not declared.nullable or declared.max_nulls is not None:
        checks.append(_nulls(looked))
    if declared.categories:
        checks.append(_categories(looked, answers))
    if "outside" in answers:
        checks.append(_range(looked, answers))
    if declared.unique:
        checks.append(_unique(looked, answers))
    return [
        _vacuous(check, looked.table.rows) if _looked_at_nothing(check, looked) else check for check in checks
    ]


def _measures(looked: Looked) -> dict[str, Measure]:
    declared, name = looked.declared, looked.name
    asked = {"nulls": Measure(kind="nulls", column=name)}
    if declared.categories:
        asked["categories"] = Measure(kind="categories", column=name, limit=EVERY_VALUE)
    if declared.min is not None or declared.max is not None:
        asked["outside"] = Measure(kind="outside", column=name, low=declared.min, high=declared.max)
        asked |= {kind: Measure(kind=kind, column=name) for kind in ("min", "max")}
    if declared.unique:
        asked |= {kind: Measure(kind=kind, column=name) for kind in ("count", "distinct")}
    return asked


def _nulls(looked: Looked) -> Check:
    rows, share = looked.table.rows, looked.declared.max_nulls
    said = f"{looked.nulls:,} of {rows:,} rows are null"
    if share is None:
        return _answer(looked, "nulls", looked.nulls, rows, said)
    limit = f"{said}, a share of {share:g} is allowed"
    within = looked.nulls <= share * rows
    return _answer(looked, "nulls", looked.nulls, rows, limit, broken=not within)


def _categories(looked: Looked, answers: Answers) -> Check:
    known = {normal_word(looked.type, word) for word in looked.declared.categories}
    answer = answers["categories"]
    wrong = [
        (word, count)
        for word, count in zip(answer.categories, answer.counts, strict=True)
        if normal_word(looked.type, word) not in known
    ]
    count = sum(count for _, count in wrong)
    said = f"{count:,} of {looked.checked:,} values are not declared"
    words = tuple(word for word, _ in wrong)
    return _answer(looked, "categories", count, looked.checked, said, words=words)


def _range(looked: Looked, answers: Answers) -> Check:
    outside = int(answers["outside"].value or 0)
    said = f"{outside:,} of {looked.checked:,} values lie outside {_span(looked.declared)}"
    found = [answers[end].value for end in ("min", "max")]
    if looked.shown and outside and None not in found:
        said += f"; found {found[0]} to {found[1]}"
    return _answer(looked, "range", outside, looked.checked, said)


def _unique(looked: Looked, answers: Answers) -> Check:
    values, distinct = (int(answers[kind].value or 0) for kind in ("count", "distinct"))
    said = f"{values - distinct:,} of {values:,} values repeat an earlier one"
    return _answer(looked, "unique", values - distinct, values, said)


def _span(declared: DeclaredColumn) -> str:
    low = "any" if declared.min is None else f"{declared.min}"
    high = "any" if declared.max is None else f"{declared.max}"
    return f"{low} to {high}"


def _answer(
    looked: Looked,
    rule: str,
    count: int,
    rows: int,
    said: str,
    *,
    broken: bool | None = None,
    words: Sequence[str] = (),
) -> Check:
    """A check of one rule, with the first rows that break it."""
    broken = count > 0 if broken is None else broken
    shown = examples(looked, rule, words) if broken else ()
    seen = (
        " (only seen in the data when the schema was written)"
        if broken and rule in looked.declared.seen
        else ""
    )
    about = UNEXPECTED if rule == "categories" else VALUES
    return Check(
        name=f"{rule}:{looked.name}",
        status=FAIL if broken else PASS,
        column=looked.name,
        count=count,
        rows=rows,
        message=f"{said}{seen}" + (f": {', '.join(shown)}" if shown else ""),
        severity=looked.declared.severity_of(rule),
        about=about,
        examples=shown,
    )


def _looked_at_nothing(check: Check, looked: Looked) -> bool:
    return looked.table.rows > 0 and looked.checked == 0 and not check.name.startswith("nulls:")


def _vacuous(check: Check, rows: int) -> Check:
    said = f"vacuous: 0 of {rows:,} values checked, all are null"
    # A rule that was only seen in the data is no reason to let a column of nothing pass.
    return msgspec.structs.replace(
        check, status=FAIL, count=0, rows=rows, message=said, severity="critical", about=VALUES, examples=()
    )
