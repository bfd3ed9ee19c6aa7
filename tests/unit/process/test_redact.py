"""Values of secret variables are hidden, in texts and in whole structures."""

from __future__ import annotations

import pytest

from mlops_ext.contract.checks import Check, Report
from mlops_ext.process import struct_without_secrets, without_secrets

SECRET = "correct-horse-4711"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two secret variables, one a part of the other, one that is too short, and one that is none."""
    monkeypatch.setenv("MLOPS_EXT_SECRETS", "STORE,LONGER,SWITCH,MISSING")
    for name, value in {
        "STORE": SECRET,
        "LONGER": f"{SECRET}/more",
        "SWITCH": "true",
        "OTHER": "public",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"a {SECRET} b", "a *** b"),
        (f"{SECRET}/more", "***"),
        ("true, public", "true, public"),
        ("s3://user:word@host/x", "s3://***@host/x"),
    ],
)
def test_a_text(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


def test_the_token_of_the_job_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLOPS_EXT_SECRETS")
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_0123456789")
    assert without_secrets("Bearer ghs_0123456789") == "Bearer ***"


def test_a_structure_keeps_its_form_and_its_names() -> None:
    """A variable may hold the name of a model, by which records are found."""
    check = Check(name=SECRET, status="fail", message=f"at {SECRET}", value=3, count=2)
    report = Report(question="q", plugin="p", checks=(check,), seconds=1.5)
    hidden = struct_without_secrets(report)
    assert hidden.checks[0].message == "at ***"
    assert hidden == Report(
        question="q",
        plugin="p",
        checks=(Check(name=SECRET, status="fail", message="at ***", value=3, count=2),),
        seconds=1.5,
    )


def test_without_secrets_nothing_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLOPS_EXT_SECRETS")
    report = Report(question="q", plugin="p", checks=())
    assert struct_without_secrets(report) is report
