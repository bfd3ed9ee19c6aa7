"""Trainings as teams write them are not red; what does not apply is skipped with its reason, never a pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from training.asking import BOOSTERS, Answered, ask
from training.tables import orders

SAME_SEED = "same-seed-same-model"
NUMBERS = "['amount', 'visits', 'age']"
ADAPTER = """
from {module} import {name}
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def fit(frame, target):
    numbers = make_pipeline({steps}), ["amount", "visits", "age"]
    columns = make_column_transformer(numbers, (OneHotEncoder(handle_unknown="ignore"), ["city"]))
    return make_pipeline(columns, {name}({options})).fit(frame, target)
"""
IMPUTED = "SimpleImputer(), StandardScaler()"
# Where it is from, what it is, its options, the labels, and how many rows there are.
REASONABLE = [
    ("sklearn.ensemble", "RandomForestClassifier", "n_estimators=30, random_state=0", "words", 300),
    ("sklearn.ensemble", "GradientBoostingClassifier", "random_state=0", "rare", 300),
    ("sklearn.ensemble", "HistGradientBoostingClassifier", "random_state=0, max_iter=30", "tiny", 24),
    ("sklearn.linear_model", "LogisticRegression", "", "three", 300),
    ("sklearn.linear_model", "LogisticRegression", "", "noise", 300),
    ("sklearn.neural_network", "MLPClassifier", "early_stopping=True, random_state=0", "rare", 300),
    ("sklearn.svm", "SVC", "", "words", 300),
    ("sklearn.linear_model", "LinearRegression", "", "quantity", 300),
    ("sklearn.ensemble", "RandomForestRegressor", "n_estimators=30, random_state=0", "quantity", 300),
    ("sklearn.svm", "SVR", "", "quantity", 300),
    ("sklearn.neural_network", "MLPRegressor", "max_iter=100, random_state=0", "quantity", 24),
    ("lightgbm", "LGBMClassifier", "n_estimators=20, verbose=-1, n_jobs=1", "words", 300),
    ("lightgbm", "LGBMRegressor", "n_estimators=50, verbose=-1, n_jobs=1", "quantity", 60),
    ("xgboost", "XGBClassifier", "n_estimators=20, n_jobs=1", "three", 300),
    ("xgboost", "XGBRegressor", "n_estimators=20, n_jobs=1", "quantity", 60),
]
LAZY = [
    ("sklearn.neighbors", "KNeighborsClassifier", "", "words", 300),
    ("sklearn.dummy", "DummyClassifier", "", "rare", 300),
]


def labelled(labels: str, rows: int) -> pd.DataFrame:
    table = orders(rows, positive=0.03 if labels == "rare" else 0.5)
    if labels == "words":
        table["bought"] = table["bought"].map({0: "no", 1: "yes"})
    if labels == "three":
        table["bought"] = pd.qcut(table["amount"] - 9 * table["visits"], 3, labels=False)
    if labels == "noise":
        table["bought"] = np.random.default_rng(5).integers(0, 2, rows)
    if labels == "quantity":
        table["bought"] = 200 + 2 * table["amount"] - 10 * table["visits"] + table["age"]
    return table


def adapter(module: str, name: str, options: str, steps: str = IMPUTED) -> dict[str, str]:
    return {"adapter.py": ADAPTER.format(module=module, name=name, options=options, steps=steps)}


def case(row: tuple[str, str, str, str, int]) -> str:
    return f"{row[1]}-{row[3]}-{row[4]}"


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answered]:
    """All of them, asked by one process."""
    folder = tmp_path_factory.mktemp("reasonable")
    imports = tuple({row[0] for row in (*REASONABLE, *LAZY)} | {"sklearn.compose", "sklearn.impute"})
    every = [*REASONABLE, *LAZY]
    cases = {case(row): adapter(*row[:3]) for row in every}
    tables = {case(row): labelled(*row[3:]) for row in every}
    return ask(folder, BOOSTERS, imports, cases, tables=tables, skip=[SAME_SEED])


@pytest.mark.parametrize("row", REASONABLE, ids=case)
def test_a_reasonable_training_is_not_red(
    answered: dict[str, Answered], row: tuple[str, str, str, str, int]
) -> None:
    found = answered[case(row)]
    not_passed = {name: found.said(name) for name in found.answers if found.status(name) != "pass"}
    assert list(not_passed) == [SAME_SEED], not_passed


def test_what_does_not_apply_is_skipped_with_its_reason(answered: dict[str, Answered]) -> None:
    neighbours, dummy = (answered[case(row)] for row in LAZY)
    assert neighbours.said("loss-falls").startswith("skipped: KNeighborsClassifier has no loss")
    assert neighbours.status("overfits-a-few-rows") == "pass"
    assert dummy.said("overfits-a-few-rows").startswith("skipped: DummyClassifier learns nothing")


SHUFFLED = """
from sklearn.tree import DecisionTreeClassifier

def fit(frame, target):
    mixed = target.sample(frac=1, random_state=0)
    return DecisionTreeClassifier(random_state=0).fit(frame[{numbers}].fillna(0), mixed)

def predict(model, frame):
    return model.predict_proba(frame[{numbers}].fillna(0))
"""
FROM_A_SET = """
from sklearn.linear_model import LogisticRegression

def fit(frame, target):
    codes = {word: number for number, word in enumerate(set(frame["city"]))}
    model = LogisticRegression().fit(matrix(frame, codes), target)
    return model, codes

def matrix(frame, codes):
    return frame[NUMBERS].fillna(0).clip(-1e6, 1e6).assign(city=frame["city"].map(codes).fillna(-1) ** 2)

def predict(model, frame):
    return model[0].predict_proba(matrix(frame, model[1]))
""".replace("NUMBERS", NUMBERS)
NEVER_APPLIED = """
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer

def fit(frame, target):
    fill = SimpleImputer()
    fill.fit(frame[NUMBERS])
    return HistGradientBoostingClassifier(max_iter=20).fit(frame[NUMBERS], target)

def predict(model, frame):
    return model.predict_proba(frame[NUMBERS])
""".replace("NUMBERS", NUMBERS)
SQUARES = """
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

def features(frame):
    spread = (frame["amount"].fillna(0).to_numpy() - 80.0) ** 2
    return pd.DataFrame({"spread": spread, "whole": frame["age"].fillna(0).clip(-1e6, 1e6).astype("int64")})

def fit(frame, target):
    return HistGradientBoostingClassifier(max_iter=20).fit(features(frame), target)

def predict(model, frame):
    return model.predict_proba(features(frame))
"""
OTHERS = {
    "never-applied": {"adapter.py": NEVER_APPLIED},
    "squares": {"adapter.py": SQUARES},
    "refuses": adapter("sklearn.linear_model", "LogisticRegression", "", "StandardScaler()"),
    "shuffled": {"adapter.py": SHUFFLED.format(numbers=NUMBERS)},
    "from-a-set": {"adapter.py": FROM_A_SET},
}


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answered]:
    """Trainings with something to say about."""
    imports = ("sklearn.linear_model", "sklearn.tree", "sklearn.compose", "sklearn.impute")
    only = {
        "never-applied": "no-nan:missing",
        "squares": "no-nan:huge",
        "refuses": "no-nan:missing",
        "shuffled": "overfits-a-few-rows",
        "from-a-set": SAME_SEED,
    }
    return ask(tmp_path_factory.mktemp("others"), BOOSTERS, imports, OTHERS, only=only)


def test_missing_values_may_be_refused_and_the_answer_says_so(others: dict[str, Answered]) -> None:
    said = others["refuses"].said("no-nan:missing")
    assert said.startswith("pass: missing values: refused, ValueError: Input")
    assert "the table has none" in said


def test_missing_values_of_the_table_itself_may_not_be_refused(tmp_path: Path) -> None:
    imports, only = ("sklearn.compose", "sklearn.impute"), {"refuses": "no-nan:missing"}
    cases = {"refuses": OTHERS["refuses"]}
    found = ask(tmp_path, BOOSTERS, imports, cases, only=only, tables={"refuses": orders(gaps=True)})
    assert found["refuses"].no() == ["no-nan:missing"]
    assert "rows of the table lack values (age)" in found["refuses"].said("no-nan:missing")


def test_an_imputer_that_is_never_applied_is_named_with_its_line(others: dict[str, Answered]) -> None:
    said = others["never-applied"].said("no-nan:missing")
    assert said == "fail: an imputation does nothing: SimpleImputer is fitted and never applied adapter.py:7"


def test_what_only_breaks_at_the_end_of_a_double_is_a_warning(others: dict[str, Answered]) -> None:
    found = others["squares"]
    assert found.said("no-nan:huge").startswith("fail: values of 1e300")
    assert found.no() == []


def test_what_learns_nothing_by_heart_is_a_no(others: dict[str, Answered]) -> None:
    assert others["shuffled"].no() == ["overfits-a-few-rows"]


def test_an_order_that_hashes_decide_is_told_apart_from_a_missing_seed(others: dict[str, Answered]) -> None:
    said = others["from-a-set"].said(SAME_SEED)
    assert said.startswith("fail: the model depends on PYTHONHASHSEED")
