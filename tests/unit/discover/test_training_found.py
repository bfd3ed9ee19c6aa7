"""Which fits can be repeated on other rows, and what is too little plain to be repeated."""

from __future__ import annotations

import ast

import pandas as pd
import pytest

from mlops_ext.discover.source import Module
from mlops_ext.discover.training import find_training
from mlops_ext.starter.adapter import text_of

HEAD = """
import yaml
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
params = yaml.safe_load(open("params.yaml"))
frame = read("data.csv")
X = frame.drop(columns=["y"])
y = frame["y"]
"""
PARAMS = {"train": {"depth": 3, "seed": 7}, "other": {"seed": 8}}


def look(code: str, params=PARAMS):
    return find_training({"train.py": Module(ast.parse(HEAD + code), HEAD + code)}, params)


def fitted(code: str):
    """The model that the adapter of the only fit gives of two rows."""
    (training,), _ = look(code)
    module: dict[str, object] = {}
    exec(text_of(training), module)
    rows = pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 0.0]})
    return module["fit"](rows, pd.Series([0, 1]))


def test_values_that_stand_there_are_kept():
    model = fitted("model = RandomForestClassifier(n_estimators=3, random_state=1)\nmodel.fit(X, y)\n")
    assert (model.n_estimators, model.random_state) == (3, 1)


def test_an_estimator_without_a_name_is_found():
    assert fitted("RandomForestClassifier(n_estimators=2).fit(X, y)\n").n_estimators == 2


def test_what_it_is_made_of_comes_with_it():
    code = """
size = 4
forest = RandomForestClassifier(n_estimators=size)
model = make_pipeline(StandardScaler(), forest)
model.fit(X, y)
"""
    assert fitted(code)[-1].n_estimators == 4


def test_what_needs_no_filling_stands_as_the_team_wrote_it():
    made = """model = RandomForestClassifier(
    n_estimators=3,  # enough
)"""
    indented = made.replace("\n", "\n    ")
    for code in (f"{made}\nmodel.fit(X, y)\n", f"def train():\n    {indented}\n    model.fit(X, y)\n"):
        (training,), _ = look(code)
        assert training.lines == (made,)


def test_parameters_are_filled_in_by_their_path():
    code = """
def train(X, y, depth):
    model = RandomForestClassifier(max_depth=depth, random_state=params["train"]["seed"])
    model.fit(X, y)
    return model
"""
    model = fitted(code)
    assert (model.max_depth, model.random_state) == (3, 7)


def test_a_table_of_parameters_is_filled_in():
    params = {"train": {"max_depth": 3}, "other": {"max_depth": 4}}
    for code in (
        "RandomForestClassifier(**params['train']).fit(X, y)\n",
        "own = yaml.safe_load(open('params.yaml'))['train']\nRandomForestClassifier(**own).fit(X, y)\n",
    ):
        (training,), _ = look(code, params)
        assert "'max_depth': 3" in " ".join(training.lines)


def test_arguments_of_the_command_line_have_their_defaults():
    code = """
parser.add_argument("-n", "--n-trees", type=int, default=9)
args = parser.parse_args()
RandomForestClassifier(n_estimators=args.n_trees).fit(X, y)
"""
    (training,), _ = look(code)
    assert "n_estimators=9" in training.lines[-1]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("RandomForestClassifier(random_state=params['seed']).fit(X, y)", "`seed`"),
        ("RandomForestClassifier(n_estimators=ask()).fit(X, y)", "`ask`"),
        ("make().fit(X, y)", "`make`"),
        ("X = StandardScaler().fit_transform(X)\nRandomForestClassifier().fit(X, y)", "fit_transform"),
        ("frame['a'] = frame['a'].fillna(0)\nRandomForestClassifier().fit(X, y)", "fillna"),
        ("X = frame[['a']]\nRandomForestClassifier().fit(X, y)", "which columns"),
        ("m = RandomForestClassifier()\nm = RandomForestClassifier(2)\nm.fit(X, y)", "`m`"),
    ],
)
def test_what_is_not_plain_is_said_and_not_guessed(code, why):
    found, reasons = look(code)
    assert found == []
    assert why in reasons[0]


def test_other_fits_are_no_models():
    code = "from mine import Model\nScaler().fit(X)\nself.fit(X, y)\n"
    found, reasons = look(code)
    assert found == []
    assert all("train.py" in reason for reason in reasons)
