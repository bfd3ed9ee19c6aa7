"""F14 and F15 with the real command: metrics that are undefined, and such that are text."""

from __future__ import annotations

import pytest
from functional.alone import pipeline, said
from functional.small import Small

METRIC = "stages:\n  a:\n    cmd: cp in.{0} m.{0}\n    deps: [in.{0}]\n    metrics: [m.{0}]\n"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", '{"auc": NaN, "ok": 1}'),
        ("json", '{"auc": -Infinity, "ok": 1}'),
        ("yaml", "auc: .nan\nok: 1\n"),
        ("toml", "auc = inf\nok = 1\n"),
    ],
)
def test_f14_undefined_metrics_are_null_with_a_reason(alone: Small, kind: str, text: str) -> None:
    """F14; neighbours by reader: YAML and TOML, and infinity."""
    pipeline(alone, METRIC.format(kind), **{f"in.{kind}": text})
    told = said(alone, "develop", code=0)
    assert "auc undefined" in told
    assert "ok 1" in told


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", '{"test": {"auc": "0.91"}}'),
        ("yaml", "test: {auc: '0.91'}\n"),
        ("toml", '[test]\nauc = "91 %"\n'),
        ("json", '{"test": {"auc": "0,91"}}'),
    ],
)
def test_f15_a_metric_that_is_text_names_file_and_key(alone: Small, kind: str, text: str) -> None:
    """F15; neighbours by reader: YAML, TOML; by spelling: per cent and a decimal comma."""
    pipeline(alone, METRIC.format(kind), **{f"in.{kind}": text})
    told = said(alone, "develop", code=2)
    assert "is text" in told
    assert f"m.{kind}, key test.auc" in told


WORDS = '{"model": "forest", "at": "2013-01-01", "library": "1.2.3", "host": "10.0.0.1", "auc": 1}'


def test_f15_neighbour_words_beside_numbers_are_no_fault(alone: Small) -> None:
    """Neighbour of F15: what nobody could take for a number."""
    pipeline(alone, METRIC.format("json"), **{"in.json": WORDS})
    assert "auc 1" in said(alone, "develop", code=0)
