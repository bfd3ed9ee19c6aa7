"""What each step owes the next: artifacts that are there, new and readable, with the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from calling import commit
from functional.sampled import PIPELINE, SCRIPTS, Sampled

PREPARE = SCRIPTS["src/prepare.py"]
TRAIN = SCRIPTS["src/train.py"]
CSV = """
import csv
with open("data/visits.csv", newline="") as file:
    rows = list(csv.DictReader(file))
names = ["id", "minutes", "bought", "city"]
with open("clean.csv", "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(names)
    out.writerows([row["id"], row["minutes"], row["bought"], "ab"[int(row["bought"])]] for row in rows)
"""
DIGITS = "sed -i -E 's/,[ab]\\r?$/,1/' clean.csv"
SHELL = "cut -d, -f1,2,3 data/visits.csv > clean.csv"
CSV_PIPELINE = """stages:
  prepare:
    cmd: {prepare}
    deps: [data/visits.csv]
    outs: [clean.csv]
  train:
    cmd: wc -l clean.csv > model.txt
    deps: [clean.csv]
    outs: [model.txt]
"""


def bad(report: Mapping[str, Any], status: str = "fail") -> list[tuple[str, str]]:
    """What was said and where, of critical checks."""
    return [
        (check["message"], check.get("where", ""))
        for check in report["checks"]
        if check["status"] == status and check.get("severity", "critical") == "critical"
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"minutes": [', '"minuets": [', "column minutes is gone, perhaps now called minuets"),
        ('    "bought": [int(row["bought"]) for row in rows],\n', "", "column bought is gone"),
        ('[float(row["minutes"])', '[row["minutes"]', "column minutes is string, it was float"),
        ('[row["id"] for', '[int(row["id"]) for', "column id is integer, it was string"),
        ('[int(row["bought"])', '[float(row["bought"])', "column bought is float, it was integer"),
    ],
)
def test_columns_that_the_next_step_was_built_on(sampled: Sampled, old: str, new: str, said: str) -> None:
    assert old in PREPARE
    # The next step takes it all the same: that is how such a change goes unseen.
    lenient = "open('model.txt', 'w').write('1.0 2')\n"
    sampled.write({"src/prepare.py": PREPARE.replace(old, new), "src/train.py": lenient})
    report = sampled.sample(code=1)
    assert bad(report) == [(f"clean.parquet: {said}", "stage prepare, clean.parquet, read by train")]
    (check,) = [check for check in report["checks"] if check["status"] == "fail"]
    assert check["column"] == said.split()[1]


def test_new_columns_are_noted(sampled: Sampled) -> None:
    more = PREPARE.replace('    "bought"', '    "more": [1] * len(rows),\n    "bought"')
    sampled.write({"src/prepare.py": more})
    report = sampled.sample(code=0)
    said = [check["message"] for check in report["checks"] if "clean.parquet: " in check.get("message", "")]
    assert said == ["clean.parquet: 4 columns, new: more"]


def test_rows_of_json_have_columns_too(sampled: Sampled) -> None:
    renamed = PREPARE.replace('"rows": len(rows)}', '"count": len(rows)}')
    sampled.write({"src/prepare.py": renamed, "src/train.py": "open('model.txt', 'w').write('1.0 2')\n"})
    said = "facts.json: column rows is gone, perhaps now called count"
    assert bad(sampled.sample(code=1)) == [(said, "stage prepare, facts.json, read by train")]


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        (SHELL, "cut -d, -f1,3 data/visits.csv > clean.csv", "column minutes is gone"),
        (
            SHELL,
            "cut -d, -f1,2,3 data/visits.csv | sed s/minutes/took/ > clean.csv",
            "column minutes is gone",
        ),
        (SHELL, "sed 's/[.]5,/x,/' data/visits.csv > clean.csv", "column minutes is string, it was float"),
        ("python src/rows.py", f"python src/rows.py && {DIGITS}", "column city is integer, it was string"),
    ],
)
def test_csv_of_steps_in_other_languages(sampled: Sampled, then: str, now: str, said: str) -> None:
    sampled.write({"dvc.yaml": CSV_PIPELINE.format(prepare=then), "src/rows.py": CSV})
    sampled.dvc("repro", "-q")
    commit(sampled.root)
    sampled.write({"dvc.yaml": CSV_PIPELINE.format(prepare=now.replace("'", '"'))})
    found = bad(sampled.sample(code=1))
    assert len(found) == 1, found
    ((message, where),) = found
    assert message.startswith(f"clean.csv: {said}")
    assert where == "stage prepare, clean.csv, read by train"


def test_types_that_only_fewer_rows_make_narrower_are_no_change(sampled: Sampled) -> None:
    # A code that is a letter in one row of a hundred, a number that is whole but for one.
    code = CSV.replace('"ab"[int(row["bought"])]', '"x" if row["id"] == "00599" else "7"').replace(
        'row["minutes"], row', '"1.5" if row["id"] == "00001" else "1", row'
    )
    sampled.write({"dvc.yaml": CSV_PIPELINE.format(prepare="python src/rows.py"), "src/rows.py": code})
    sampled.dvc("repro", "-q")
    commit(sampled.root)
    assert bad(sampled.sample(code=0)) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("open('clean.parquet', 'w')", "is empty: it has 0 bytes"),
        ("open('clean.parquet', 'w').write('x' * 100)", "can't be read as Parquet"),
        ("pq.write_table(table.slice(0, 0), 'clean.parquet')", "is empty: it holds no rows"),
        ("open('facts.json', 'w').write('{')", "can't be read as JSON"),
        ("open('facts.json', 'w').write('[]')", "is empty: it holds nothing"),
    ],
)
def test_an_artifact_that_is_empty_or_unreadable(sampled: Sampled, code: str, said: str) -> None:
    lenient = "open('model.txt', 'w').write('1.0 2')\n"
    sampled.write({"src/prepare.py": f"{PREPARE}\n{code}\n", "src/train.py": lenient})
    found = bad(sampled.sample(code=1))
    assert len(found) == 1, found
    ((message, where),) = found
    assert said in message
    assert where.startswith("stage prepare, ")


def test_an_artifact_that_is_not_made(sampled: Sampled) -> None:
    sampled.write({"src/train.py": "print('done')\n"})
    report = sampled.sample(code=1)
    assert ("model.txt is not there after the run", "stage train, model.txt") in bad(report)
    assert any(message.startswith("did not leave what it declares") for message, _ in bad(report))


def test_an_old_file_in_its_place_is_stale(sampled: Sampled) -> None:
    # Of an output that DVC leaves in place, and of files that dvc.yaml names without a stage that makes them.
    kept = PIPELINE.replace(
        "    - metrics.json:\n        cache: false",
        "    - metrics.json:\n        cache: false\n        persist: true",
    )
    more = (
        "plots:\n- curve.csv:\n    x: a\n    y: b\nartifacts:\n  best:\n    path: best.bin\n    type: model\n"
    )
    sampled.write(
        {
            "dvc.yaml": kept + more,
            "curve.csv": "a,b\n1,2\n",
            "best.bin": "x",
            "src/evaluate.py": "import os\nassert os.path.exists('metrics.json')\n",
        }
    )
    commit(sampled.root)
    found = bad(sampled.sample(code=1))
    assert found == [
        ("metrics.json is stale: no step of this run wrote it", "stage evaluate, metrics.json"),
        ("curve.csv is stale: no step of this run wrote it", "dvc.yaml, curve.csv"),
        ("best.bin is stale: no step of this run wrote it", "dvc.yaml, best.bin"),
    ]


def test_an_unpacked_file_with_an_old_time_is_new(sampled: Sampled) -> None:
    cmd = "cp -p data/visits.csv clean.csv && touch -d 2001-01-01 clean.csv"
    sampled.write({"dvc.yaml": CSV_PIPELINE.format(prepare=cmd)})
    assert bad(sampled.sample(code=0)) == []


def test_a_mark_without_bytes_is_no_fault_where_it_always_was(sampled: Sampled) -> None:
    stages = CSV_PIPELINE.format(prepare=f"{SHELL} && touch done").replace(
        "[clean.csv]\n  train", "[clean.csv, done]\n  train"
    )
    sampled.write({"dvc.yaml": stages})
    sampled.dvc("repro", "-q")
    commit(sampled.root)
    assert bad(sampled.sample(code=0)) == []


def test_without_a_last_run_there_is_nothing_to_compare(sampled: Sampled) -> None:
    (sampled.project / "dvc.lock").unlink()
    report = sampled.sample(code=0)
    skipped = [check["message"] for check in report["checks"] if check["status"] == "skipped"]
    assert skipped == [
        "clean.parquet: no run of it is in dvc.lock yet",
        "facts.json: no run of it is in dvc.lock yet",
    ]


def test_the_last_run_is_found_in_the_cache(sampled: Sampled) -> None:
    (sampled.project / "clean.parquet").write_text("overwritten")
    renamed = PREPARE.replace('"minutes": [', '"minuets": [')
    sampled.write({"src/prepare.py": renamed, "src/train.py": "open('model.txt', 'w').write('1.0 2')\n"})
    ((message, _),) = bad(sampled.sample(code=1))
    assert message == "clean.parquet: column minutes is gone, perhaps now called minuets"


def test_the_workspace_is_looked_at_without_a_sample(sampled: Sampled) -> None:
    (sampled.project / "facts.json").write_text("{")
    (sampled.project / "clean.parquet").write_text("")
    sampled.dvc("commit", "-q", "-f")
    commit(sampled.root)
    (report,) = sampled.answers("integrate", "--only", "pipeline", code=1)
    said = [message for message, _ in bad(report)]
    assert "clean.parquet is empty: it has 0 bytes" in said
    assert any(message.startswith("facts.json can't be read as JSON") for message in said)
