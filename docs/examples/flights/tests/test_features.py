"""Tests of what the model sees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features import CATEGORIES, FEATURES, LABEL, NUMBERS, make_encoder, make_model, select, split


@pytest.fixture
def flights() -> pd.DataFrame:
    rows = 400
    random = np.random.default_rng(3)
    table = pd.DataFrame({name: random.normal(size=rows) for name in NUMBERS})
    table["carrier"] = random.choice(["AA", "UA"], rows)
    table["origin"] = random.choice(["EWR", "JFK", "LGA"], rows)
    table["dest"] = random.choice(["ATL", "BOS", "ORD"], rows)
    table["time"] = pd.date_range("2013-01-01", periods=rows, freq="h", tz="UTC")
    table["id"] = [f"flight-{row}" for row in range(rows)]
    table[LABEL] = (table["precip"] > 0).astype("int64")
    return table


def test_select_hands_on_no_other_column(flights: pd.DataFrame) -> None:
    flights["dep_delay"] = 12.0
    assert list(select(flights).columns) == ["id", "time", *FEATURES, LABEL]


def test_select_makes_numbers_doubles_so_that_one_can_be_missing(flights: pd.DataFrame) -> None:
    flights["distance"] = 500
    assert set(select(flights)[NUMBERS].dtypes.astype(str)) == {"float64"}


def test_split_keeps_every_row_and_never_trains_on_what_comes_later(flights: pd.DataFrame) -> None:
    train, test = split(flights, test_days=3, train_days=0)
    assert len(train) + len(test) == len(flights)
    assert train["time"].max() < test["time"].min()
    assert test["time"].dt.date.nunique() == 3


def test_split_takes_only_the_days_asked_for(flights: pd.DataFrame) -> None:
    train, _ = split(flights, test_days=3, train_days=5)
    assert train["time"].dt.date.nunique() == 5


def test_encoder_gives_each_category_its_code(flights: pd.DataFrame) -> None:
    encoded = make_encoder().fit_transform(flights[FEATURES])
    by_carrier = pd.DataFrame(encoded[:, 0]).groupby(flights["carrier"])[0]
    assert by_carrier.nunique().tolist() == [1, 1]
    assert by_carrier.first().is_unique


def test_encoder_takes_an_unknown_and_a_missing_category_as_missing(flights: pd.DataFrame) -> None:
    encoder = make_encoder().fit(flights[FEATURES])
    odd = flights[FEATURES].head(2).copy()
    odd[CATEGORIES] = odd[CATEGORIES].astype("object")
    odd.loc[0, "carrier"] = "ZZ"
    odd.loc[1, "carrier"] = None
    assert np.isnan(encoder.transform(odd)[:, 0]).all()


def test_model_learns_from_a_frame_and_answers_with_chances(flights: pd.DataFrame) -> None:
    model = make_model(seed=7, iterations=20, learning_rate=0.2, leaves=7, min_leaf=5)
    chances = model.fit(flights[FEATURES], flights[LABEL]).predict_proba(flights[FEATURES])[:, 1]
    assert chances[flights[LABEL] == 1].min() > chances[flights[LABEL] == 0].max()


def test_model_answers_a_row_without_weather(flights: pd.DataFrame) -> None:
    model = make_model(seed=7, iterations=5, learning_rate=0.2, leaves=7, min_leaf=5)
    model.fit(flights[FEATURES], flights[LABEL])
    weather = ["temp", "wind_speed", "precip", "pressure", "visib"]
    row = flights[FEATURES].head(1).assign(**dict.fromkeys(weather, np.nan))
    assert np.isfinite(model.predict_proba(row)).all()


def test_same_seed_same_model(flights: pd.DataFrame) -> None:
    chances = [
        make_model(seed=7, iterations=5, learning_rate=0.2, leaves=7, min_leaf=5)
        .fit(flights[FEATURES], flights[LABEL])
        .predict_proba(flights[FEATURES])
        for _ in range(2)
    ]
    assert (chances[0] == chances[1]).all()
