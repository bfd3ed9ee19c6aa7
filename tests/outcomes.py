"""Outcomes as stages leave them, for all that shows one: passed, failed, could not tell, hostile, huge."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from mlops_ext.contract.checks import Check, Fault, Report
from mlops_ext.contract.comparison import Comparison, Curve, Difference, Series
from mlops_ext.contract.evidence import ColumnSeen, Step, TableSeen
from mlops_ext.contract.records import StageRecord
from mlops_ext.contract.refs import Ref, Setting
from mlops_ext.records.statement import store
from mlops_ext.stages.work import Outcome
from mlops_ext.verdict import fold

HOSTILE = "</script><img src=x onerror=alert(1)>[/x]{{7*7}}|`@team`\n::error::x\r\x1b[31m\u202eevil"
TABLE = TableSeen(
    name="flights",
    rows=268_411,
    columns=(
        ColumnSeen(name="id", type="string"),
        ColumnSeen(name="carrier", type="string", counts=(900, 300, 3), words=("UA", "DL", "9E")),
        ColumnSeen(
            name="dep_delay", type="float", nulls=1204, low="-30.0", high="300.5", counts=(5, 40, 9, 0)
        ),
    ),
)
STEPS = (
    Step(name="prepare", how="ran", seconds=2.0),
    Step(name="train", how="failed", seconds=21.0, after=("prepare",)),
    Step(name="evaluate", how="not-reached", after=("prepare", "train")),
)
LOSS = Curve(
    name="loss",
    x="step",
    y="loss",
    series=(Series(name="train", x=(1.0, 2.0, 3.0), y=(0.693, 0.697, 0.701)),),
)
SUITE = Report(
    question="data:flights",
    plugin="great-expectations",
    checks=tuple(Check(name=f"expectation {number}", status="pass") for number in range(38)),
    looked_at="data/flights.parquet, 268,411 rows",
    seconds=4.1,
    table=TABLE,
)
LOCK = Report(
    question="pipeline",
    plugin="dvc",
    checks=tuple(Check(name=f"agrees {number}", status="pass") for number in range(3)),
    looked_at="dvc.lock agrees with the workspace",
    seconds=0.3,
    steps=STEPS,
)
FALLS = Check(
    name="the loss falls",
    status="fail",
    message="0.693 to 0.701 in 50 steps, limit lower than 0.693",
    where="src/train.py:48",
    hint="learning_rate is 5; it was 0.05 in main (params.yaml:7)",
)
TESTS = Report(
    question="tests",
    plugin="tests",
    checks=(*(Check(name=f"test {number}", status="pass") for number in range(11)), FALLS),
    looked_at="12 tests in tests",
    seconds=21.7,
    curves=(LOSS,),
)
UNREAD = Report(
    question="data:flights",
    plugin="great-expectations",
    fault=Fault(
        exit_code=3,
        what="the file is not in the DVC remote s3 (md5 9c1185a5c5e9fc54612808977ee8f548)",
        where="data/flights.parquet.dvc:3, plugin dvc (mlops-ext-dvc 0.4.0)",
        hint="dvc push data/flights.parquet.dvc, from where dvc add ran",
    ),
)
NOT_ASKED = Report(
    question="tests",
    plugin="tests",
    checks=(
        Check(name="tests pass", status="skipped", message="nothing to check: there is no folder tests"),
    ),
)
COMPARISON = Comparison(
    before="main 1a2b3c4",
    after="workspace",
    metrics=(Difference(name="auc", before=0.743, after=0.512, change=-0.231),),
)


def outcome(*reports: Report, summary: str = "", required: tuple[str, ...] = (), **more: Any) -> Outcome:
    """What `integrate` says of these reports, with its record."""
    verdict = fold(reports, required)
    record = StageRecord(
        stage="integrate",
        project="flights",
        key="k",
        zone="local",
        verdict=verdict.word,
        summary=summary,
        reports=reports,
        inputs=(Ref(kind="git-commit", name="HEAD", digest=f"gitCommit:{'9f31c2d4' * 5}"),),
        outputs=(Ref(kind="package", name="flights", digest=f"sha256:{'ab' * 32}"),),
        executor="a developer",
        started="2026-11-25T09:00:00.000+00:00",
        ended="2026-11-25T09:00:26.400+00:00",
        tools=(Setting(name="dvc", value="3.67.1"),),
        environment=f"sha256:{'cd' * 32}",
        comparison=more.get("comparison"),
        faults=verdict.faults,
        products=tuple(Setting(name=name, value=value) for name, value in more.get("products", ())),
        notes=more.get("notes", ()),
        next=more.get("next", ""),
    )
    return Outcome(
        stage="integrate", verdict=verdict, summary=summary, reports=reports, stored=store(record), **more
    )


def passed(**more: Any) -> Outcome:
    """53 checks without a no, and a question that nobody put."""
    tests = replace(TESTS, checks=(*TESTS.checks[:-1], replace(FALLS, status="pass")), curves=())
    products = (("package", "flights-9f31c2d (12.4 MB)"),)
    given = {"products": products, "next": "mlops-ext deliver test", **more}
    return outcome(SUITE, LOCK, tests, replace(NOT_ASKED, question="training"), summary="53 checks", **given)


def failed(**more: Any) -> Outcome:
    """One of 53 checks said no."""
    products = (("report", ".mlops-ext/integrate.html"),)
    return outcome(
        SUITE,
        LOCK,
        TESTS,
        summary="1 of 53 checks",
        **{"products": products, "comparison": COMPARISON, **more},
    )


def unanswered(**more: Any) -> Outcome:
    """A table that could not be read."""
    return outcome(UNREAD, LOCK, summary="1 question without an answer. The gate stays closed.", **more)


def hostile() -> Outcome:
    """Everything that comes from outside is an attack."""
    check = Check(
        name=HOSTILE,
        status="fail",
        message=HOSTILE,
        column=HOSTILE,
        where=HOSTILE,
        hint=HOSTILE,
        count=3,
        rows=10,
    )
    column = ColumnSeen(
        name=HOSTILE, type=HOSTILE, low=HOSTILE, high=HOSTILE, counts=(1, 2), words=(HOSTILE, "b")
    )
    report = Report(
        question=HOSTILE,
        plugin=HOSTILE,
        checks=(check,),
        looked_at=HOSTILE,
        table=TableSeen(name=HOSTILE, rows=10, columns=(column,)),
        steps=(Step(name=HOSTILE, how=HOSTILE, after=("nobody",)), Step(name="b", after=(HOSTILE,))),
        curves=(
            Curve(name=HOSTILE, x=HOSTILE, y=HOSTILE, series=(Series(name=HOSTILE, x=(0, 1), y=(0, 1)),)),
        ),
    )
    return outcome(report, summary=HOSTILE, notes=(HOSTILE,), products=((HOSTILE, HOSTILE),))


def huge(columns: int = 500) -> Outcome:
    """Every column of a wide table failed."""
    seen = tuple(
        ColumnSeen(
            name=f"measurement_{n}", type="float", nulls=n, low="0.0", high="99.5", counts=tuple(range(12))
        )
        for n in range(columns)
    )
    checks = tuple(
        Check(
            name=f"nulls:measurement_{n}",
            status="fail",
            column=f"measurement_{n}",
            count=n + 1,
            rows=100_000,
            message=f"{n + 1} of 100000 rows are null",
            where="data/measurements.parquet",
            hint="fill them where the table is made, or allow them in the schema",
        )
        for n in range(columns)
    )
    table = TableSeen(name="measurements", rows=100_000, columns=seen[:200], more=max(0, columns - 200))
    report = Report(question="data:measurements", plugin="schema", checks=checks, table=table, seconds=3.0)
    return outcome(report, summary=f"{columns} of {columns} checks")
