"""Each planted defect is caught by name in each library; the honest training that it is planted in is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.asking import BOOSTERS, Answered, adapter, ask
from training.defects import DEFECTS, Defect

IMPORTS = {
    "with_sklearn": ("sklearn.ensemble", "sklearn.model_selection"),
    "with_sgd": ("sklearn.linear_model", "sklearn.pipeline", "sklearn.model_selection"),
    "by_hand": ("sklearn.pipeline", "sklearn.preprocessing"),
    "with_xgboost": ("xgboost", "sklearn.model_selection"),
    "with_lightgbm": ("lightgbm", "sklearn.model_selection"),
    "with_torch": ("torch", "sklearn.model_selection"),
}
LIBRARIES = [
    pytest.param(name, marks=[pytest.mark.stress] if name == "with_torch" else []) for name in IMPORTS
]


@pytest.fixture(scope="module")
def known() -> dict[str, dict[str, Answered]]:
    """What was asked already."""
    return {}


@pytest.fixture
def answered(
    request: pytest.FixtureRequest,
    known: dict[str, dict[str, Answered]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Answered]:
    """The answers of the honest training (`honest`), and of each of its defects by name."""
    library = request.param
    if library not in known:
        python = request.getfixturevalue("torch_python") if library == "with_torch" else BOOSTERS
        known[library] = _ask(library, python, tmp_path_factory.mktemp(library))
    return known[library]


def _ask(library: str, python: Path, folder: Path) -> dict[str, Answered]:
    mine = [one for one in DEFECTS if one.library == library]
    honest = adapter(library)
    cases = {"honest": honest} | {one.name: one.plant(honest) for one in mine}
    return ask(folder, python, IMPORTS[library], cases, only={one.name: one.check for one in mine})


@pytest.mark.parametrize("answered", LIBRARIES, indirect=True)
def test_an_honest_training_passes_every_question(answered: dict[str, Answered]) -> None:
    honest = answered["honest"]
    assert [name for name in honest.answers if honest.status(name) != "pass"] == []
    assert len(honest.answers) == 10


def cases() -> list[object]:
    marks = {"with_torch": [pytest.mark.stress]}
    return [pytest.param(one.library, one, id=str(one), marks=marks.get(one.library, [])) for one in DEFECTS]


@pytest.mark.parametrize(("answered", "defect"), cases(), indirect=["answered"])
def test_a_defect_is_caught_by_name(answered: dict[str, Answered], defect: Defect) -> None:
    found = answered[defect.name]
    assert defect.check in found.no(), found.answers
    assert defect.says in found.said(defect.check)
