"""Defects as they are made: one passage of an honest training in another wording, and who names it."""

from __future__ import annotations

from dataclasses import dataclass

SKLEARN, SGD, BY_HAND, XGBOOST, LIGHTGBM, TORCH = (
    "with_sklearn",
    "with_sgd",
    "by_hand",
    "with_xgboost",
    "with_lightgbm",
    "with_torch",
)
ADAPTER, FEATURES = "adapter.py", "features.py"


@dataclass(frozen=True)
class Defect:
    """In `file` of the training `library`, `old` became `new`; `check` has to say so, with these words."""

    name: str
    library: str
    file: str
    old: str
    new: str
    check: str
    says: str = ""

    def __str__(self) -> str:
        return f"{self.library}-{self.name}"

    def plant(self, files: dict[str, str]) -> dict[str, str]:
        """The files with the defect in them."""
        assert self.old in files[self.file], f"{self}: {self.old!r} is not there"
        return {**files, self.file: files[self.file].replace(self.old, self.new)}


SPLIT = ("test_size=0.2, random_state=seed", "test_size=0.2")
RATES = {
    SKLEARN: ("n_estimators=best, learning_rate=0.2", "n_estimators=best, learning_rate=0.0"),
    SGD: ("eta0=0.01", "eta0=1e-12"),
    BY_HAND: ("rate=0.5", "rate=0.0"),
    XGBOOST: ('"eta": 0.2', '"eta": 0.0'),
    LIGHTGBM: ('"learning_rate": 0.2', '"learning_rate": 1e-12'),
    TORCH: ("lr=0.02", "lr=0.0"),
}
UPDATES = {
    SGD: ("model.partial_fit(rows, labels)", "model.partial_fit"),
    BY_HAND: ("self.coef_ = self.coef_ - self.rate * gradient", "self.coef_ - self.rate * gradient"),
    XGBOOST: ("booster.update(data, step)", "booster.eval(data)"),
    LIGHTGBM: ("booster.update()", "booster.eval_train()"),
    TORCH: ("        optimizer.step()\n", ""),
}
SPLITS = dict.fromkeys((SKLEARN, SGD, XGBOOST, LIGHTGBM, TORCH), SPLIT)
GUARDED = (
    'np.where(table["visits"] > 0, table["amount"] / table["visits"].clip(lower=1), 0.0)',
    'table["amount"] / table["visits"]',
)
FILL = 'table["age"] = table["age"].fillna(40.0)'
LOGGED = ('np.log1p(table["amount"].abs())', 'np.exp(table["amount"] / 100)')


def _everywhere(name: str, old: str, new: str, check: str, says: str) -> list[Defect]:
    libraries = (SKLEARN, SGD, BY_HAND, XGBOOST, LIGHTGBM, TORCH)
    return [Defect(name, library, FEATURES, old, new, check, says) for library in libraries]


DEFECTS = [
    *(Defect("rate-of-0", library, ADAPTER, *edit, "loss-falls") for library, edit in RATES.items()),
    *(Defect("dropped-update", library, ADAPTER, *edit, "loss-falls") for library, edit in UPDATES.items()),
    *(
        Defect("unseeded", library, ADAPTER, *edit, "same-seed-same-model")
        for library, edit in SPLITS.items()
    ),
    *_everywhere("division-by-a-count-of-0", *GUARDED, "no-nan:zeros", "features.py:19"),
    *_everywhere(
        "fill-that-is-dropped", FILL, 'table["age"].fillna(40.0)', "no-nan:missing", "features.py:14"
    ),
    *_everywhere(
        "fill-of-a-copy", FILL, 'table["age"].fillna(40.0, inplace=True)', "no-nan:missing", "features.py:14"
    ),
    *_everywhere("overflow", *LOGGED, "no-nan:huge", "features.py:20"),
]
