"""Records: canonical bytes that hash to their name, found by key and subject, never torn."""

from __future__ import annotations

import hashlib
import json

import msgspec
import pytest
import rfc8785
from google.protobuf.json_format import Parse
from in_toto_attestation.v1.statement import Statement

from mlops_ext.contract.checks import Check, Report
from mlops_ext.contract.gate import trusted, verify_release
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.records import INTENT, RecordQuery, StageRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.errors import CouldNotTellError, RefusedError
from mlops_ext.records import statement
from mlops_ext.records.book import Book
from mlops_ext.records.index import Index
from mlops_ext.records.key import make_key

KEY = "e" * 64


def record(**more):
    given = {"stage": "integrate", "project": "flights", "key": KEY, "zone": "local", "verdict": "pass"}
    return StageRecord(**{**given, "ended": "2026-01-01T00:00:00+00:00", **more})


def book(tmp_path, stored=()):
    kept = list(stored)
    return Book("flights", Index(tmp_path / "records"), lambda query: kept, kept.append), kept


def test_the_bytes_are_a_statement_and_survive_another_serialiser():
    stored = statement.store(record(outputs=(Ref(kind="package", name="p", digest=f"sha256:{'a' * 64}"),)))
    content = json.loads(stored.statement)
    assert content["_type"] == "https://in-toto.io/Statement/v1"
    assert content["subject"] == [{"name": "package:p", "digest": {"sha256": "a" * 64}}]
    again = statement.read(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())
    assert again.record == stored.record
    assert (
        statement.read(stored.statement).digest
        == stored.digest
        == hashlib.sha256(stored.statement).hexdigest()
    )


def test_a_second_opinion_on_the_statement():
    outputs = (Ref(kind="package", name="p", digest=f"sha256:{'a' * 64}"), Ref(kind="run", name="r"))
    for one in (record(), record(outputs=outputs)):
        opinion = Parse(statement.store(one).statement, Statement([], "", {}).pb)
        read = Statement.copy_from_pb(opinion)
        read.validate()
        assert read.pb.predicate_type == json.loads(statement.store(one).statement)["predicateType"]


def test_only_sha256_becomes_a_subject():
    file = Ref(kind="file", name="f", digest=f"sha256:{'b' * 64}")
    outputs = (Ref(kind="data", name="d", digest="md5:x"), file)
    content = json.loads(statement.store(record(outputs=outputs)).statement)
    assert [subject["name"] for subject in content["subject"]] == ["file:f"]
    assert len(content["predicate"]["outputs"]) == 2


def test_integers_that_a_double_would_round_stay_exact():
    report = Report(question="q", checks=(Check(name="c", status="pass", value=2**60 + 1),))
    stored = statement.store(record(reports=(report,)))
    assert str(2**60 + 1).encode() in stored.statement


def test_nan_never_reaches_the_bytes():
    report = Report(question="q", checks=(Check(name="c", status="fail", value=float("nan")),))
    with pytest.raises(rfc8785.FloatDomainError):
        statement.store(record(reports=(report,)))


def test_unknown_fields_are_ignored_and_unknown_versions_are_not():
    content = json.loads(statement.store(record()).statement)
    content["predicate"]["later"] = 1
    assert statement.read(json.dumps(content).encode()).record.stage == "integrate"
    content["predicateType"] = content["predicateType"].replace("v1", "v2")
    with pytest.raises(CouldNotTellError, match="can't read"):
        statement.read(json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"predicateType": 1}', b"null"])
def test_what_is_no_record_could_not_be_told(content):
    with pytest.raises(CouldNotTellError):
        statement.read(content)


def test_a_torn_or_changed_file_is_no_record(tmp_path):
    index = Index(tmp_path)
    stored = statement.store(record())
    index.save(stored)
    file = next(tmp_path.glob("[0-9a-f][0-9a-f]/*.json"))
    assert index.get(stored.digest) is not None
    file.write_bytes(stored.statement.replace(b"pass", b"fail"))
    assert index.get(stored.digest) is None
    assert index.by_key(KEY) == []


def test_a_record_is_found_by_its_first_digits(tmp_path):
    index = Index(tmp_path)
    stored = statement.store(record())
    index.save(stored)
    assert index.get(stored.digest[:8]) is not None
    assert index.get(stored.digest[:7]) is None


def test_the_newest_record_with_a_key_answers(tmp_path):
    own, _ = book(tmp_path)
    own.save(record(ended="2026-01-01T00:00:00+00:00"))
    assert own.passed(KEY, "local") is not None
    own.save(record(ended="2026-01-02T00:00:00+00:00", verdict="error"))
    assert own.passed(KEY, "local") is None


def test_deleting_the_index_loses_nothing(tmp_path):
    own, kept = book(tmp_path / "a")
    stored = own.save(record())
    fresh, _ = book(tmp_path / "b", kept)
    assert fresh.passed(KEY, "local") is not None
    assert fresh.get(stored.digest) is not None


def test_a_store_that_gives_other_bytes_is_caught(tmp_path):
    stored = statement.store(record())
    forged = msgspec.structs.replace(stored, statement=stored.statement.replace(b"flights", b"f1ights"))
    own, _ = book(tmp_path, [forged])
    with pytest.raises(CouldNotTellError, match="hash"):
        own.find(RecordQuery(project="flights"))


def test_a_pull_request_can_not_write_tomorrows_pass(tmp_path):
    own, _ = book(tmp_path)
    own.save(record(zone="pull-request"))
    assert own.passed(KEY, "pull-request") is not None
    assert own.passed(KEY, "protected") is None
    assert own.passed(KEY, "local") is None


@pytest.mark.parametrize(
    ("zone", "asking", "holds"),
    [
        ("protected", "branch", True),
        ("branch", "protected", False),
        ("local", "local", True),
        ("local", "pull-request", False),
        ("protected", "local", False),
        ("odd", "protected", False),
    ],
)
def test_zones(zone, asking, holds):
    assert trusted(zone, asking) is holds


def test_an_intent_is_open_until_a_record_names_it(tmp_path):
    own, _ = book(tmp_path)
    intent = own.save(record(stage="deliver", phase=INTENT, verdict="intent", target="test"))
    assert [s.digest for s in own.open_intents("deliver", target="test")] == [intent.digest]
    assert own.open_intents("deliver", target="production") == []
    own.save(record(stage="deliver", target="test", parents=(intent.digest,)))
    assert own.open_intents("deliver", target="test") == []


def test_a_key_changes_with_everything_the_answer_depends_on():
    ref = Ref(kind="data", name="d", digest="md5:1")
    base = {"inputs": (ref,), "settings": {"a": 1}, "tools": {"dvc": "3"}, "environment": "sha256:e"}
    first = make_key("integrate", "flights", **base)
    changes = [
        {"inputs": (Ref(kind="data", name="d", digest="md5:2"),)},
        {"settings": {"a": 2}},
        {"tools": {"dvc": "4"}},
        {"environment": "sha256:f"},
        {"model": "m"},
        {"target": "t"},
        {"more": ("x",)},
    ]
    keys = {make_key("integrate", "flights", **{**base, **change}) for change in changes}
    assert len(keys | {first}) == len(changes) + 1
    assert make_key("integrate", "flights", **base) == first


VERSION = ModelVersion(model="m", version=2, digest=f"sha256:{'c' * 64}", uri="models:/m/2")


def gate(**more):
    return statement.store(record(stage="release", target="production", inputs=(VERSION.ref(),), **more))


def test_a_record_lets_serve_what_it_judged():
    verify_release(gate(), VERSION, "production", "local")


def test_a_record_lets_nobody_serve_whom_it_only_compared_with():
    """A challenger's record names the champion as well: it must not be the champion's way back."""
    challenger = msgspec.structs.replace(VERSION, version=3, digest=f"sha256:{'d' * 64}")
    given = record(stage="release", target="production", inputs=(challenger.ref(), VERSION.ref("champion")))
    with pytest.raises(RefusedError, match="other bytes"):
        verify_release(statement.store(given), VERSION, "production", "local")


@pytest.mark.parametrize(
    ("stored", "version", "target", "zone", "said"),
    [
        (gate(verdict="fail"), VERSION, "production", "local", "verdict is fail"),
        (gate(), VERSION, "test", "local", "for target production"),
        (gate(), VERSION, "production", "protected", "zone local"),
        (gate(phase=INTENT), VERSION, "production", "local", "not the record of a release"),
        (
            gate(),
            msgspec.structs.replace(VERSION, digest=f"sha256:{'d' * 64}"),
            "production",
            "local",
            "other bytes",
        ),
        (gate(), msgspec.structs.replace(VERSION, version=3), "production", "local", "other bytes"),
        (
            msgspec.structs.replace(gate(), statement=gate().statement + b" "),
            VERSION,
            "production",
            "local",
            "hash",
        ),
    ],
)
def test_any_other_record_is_refused(stored, version, target, zone, said):
    with pytest.raises(RefusedError, match=said):
        verify_release(stored, version, target, zone)
