"""Rules as data, their page, and what the report says of what was looked at."""

from __future__ import annotations

import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from mlops_ext.contract.checks import PASS, SKIPPED
from mlops_ext.findings import examine as asking
from mlops_ext.findings.rules import KINDS, PAGE, RULES

ROOT = Path(__file__).resolve().parents[3]


def test_every_rule_has_a_section_of_its_page_and_nothing_else_has() -> None:
    sections = re.findall(r"^## (.+)$", (ROOT / PAGE).read_text("utf-8"), re.MULTILINE)
    assert sections == list(RULES)


def test_every_kind_is_a_module_that_finds() -> None:
    here = {path.stem for path in (ROOT / "mlops_ext/findings/kinds").glob("*.py")} - {"__init__"}
    assert here == set(KINDS)
    assert all(callable(import_module(f"mlops_ext.findings.kinds.{kind}").find) for kind in KINDS)


def test_every_rule_is_asked_or_said_to_be_skipped(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x")
    report = asking.examine(tmp_path)
    assert {check.name for check in report.checks} == set(RULES)
    words = {check.name: check.status for check in report.checks}
    assert words["committed-database"] == PASS
    assert words["missing-dependency"] == words["unseeded-split"] == SKIPPED
    assert report.looked_at == "1 file: 1 other"


def test_a_rule_that_breaks_is_no_answer_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlops_ext.findings.kinds import splits

    monkeypatch.setattr(splits, "find", lambda look: 1 / 0)
    (tmp_path / "requirements.txt").write_text("pandas\n")
    checks = {check.name: check for check in asking.examine(tmp_path).checks}
    assert checks["splits"].status == "error"
    assert "ZeroDivisionError" in checks["splits"].message
    assert checks["unpinned-requirements"].status == "fail"


def test_files_that_are_too_big_or_no_text_are_said(tmp_path: Path) -> None:
    (tmp_path / "big.py").write_bytes(b"#" * (6 * 1024 * 1024))
    (tmp_path / "odd.py").write_bytes(b"\x89PNG\0\1\2\3\4")
    report = asking.examine(tmp_path)
    assert report.looked_at == "2 files: 2 Python; not read: big.py (larger than 5 MB), odd.py (not a text)"


def test_hostile_files_never_end_it(tmp_path: Path) -> None:
    texts = {
        "dvc.yaml": "stages: [1, {a: b}]\nvars: {x: [}\n",
        "a/dvc.yaml": "stages:\n  a:\n    cmd: {x: y}\n    deps: {a: 1}\n    outs: 5\n  b: null\n  c: []\n",
        "b/dvc.yaml": "a: &a [*a]\n",
        "c.dvc": "outs: 5\n",
        "e/dvc.yaml": "a: &a [x]\n"
        + "".join(f"{b}: &{b} [{f'*{a},' * 9}]\n" for a, b in pairwise("abcdefghi")),
        "d.dvc": "- 1\n",
        ".dvc/config": "[remote\nurl\n= x\n",
        "requirements.txt": "[[[\n===\n==1\n",
        "pyproject.toml": "[project\n",
        "environment.yml": "dependencies: {a: [}\n",
        ".github/workflows/a.yml": "jobs: [1]\n",
        ".github/workflows/b.yml": "jobs:\n  a: {steps: {x: 1}}\n  b: {steps: [1, null, {run: [1]}]}\n",
        "Makefile": "\t-\n\t@\\\n",
        "deep.py": "x = " + "(" * 5000 + "\n",
        "quote.sh": "echo 'a\ncat <<X\n$(((\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    report = asking.examine(tmp_path)
    assert [check for check in report.checks if check.status == "error"] == []
    unreadable = {check.where.partition(":")[0] for check in report.checks if check.name == "unreadable-file"}
    assert {"dvc.yaml", "e/dvc.yaml", "deep.py"} <= unreadable
