"""Defects as they are made: one passage of an honest training in another wording, and the check that names it."""

from __future__ import annotations

from dataclasses import dataclass

SKLEARN, BY_HAND, XGBOOST, LIGHTGBM, TORCH = (
    "with_sklearn",
    "by_hand",
    "with_xgboost",
    "with_lightgbm",
    "with_torch",
)
FEATURES = "features"


@dataclass(frozen=True)
class Defect:
    """In `file`, `old` became `new`; `adapter` uses it, and `check` has to say so."""

    name: str
    adapter: str
    file: str
    old: str
    new: str
    check: str

    def __str__(self) -> str:
        return f"{self.adapter}-{self.name}"


RATES = {
    SKLEARN: ("n_estimators=best, learning_rate=0.2", "n_estimators=best, learning_rate=0.0"),
    BY_HAND: ("rate=0.5", "rate=0.0"),
    XGBOOST: ('"eta": 0.2', '"eta": 0.0'),
    LIGHTGBM: ("learning_rate=0.2", "learning_rate=1e-12"),
    TORCH: ("lr=0.02", "lr=0.0"),
}
UPDATES = {
    SKLEARN: (
        "GradientBoostingClassifier(n_estimators=best, learning_rate=0.2, random_state=seed).fit(train, labels)",
        "GradientBoostingClassifier(n_estimators=best, learning_rate=0.2).fit(train, labels.sample(frac=1))",
    ),
    BY_HAND: ("self.coef_ = self.coef_ - self.rate * gradient", "self.coef_ - self.rate * gradient"),
    XGBOOST: ("booster.update(data, step)", "booster.eval(data)"),
    LIGHTGBM: ("n_estimators=60", "n_estimators=0"),
    TORCH: ("        optimizer.step()\n", ""),
}
SPLITS = {
    SKLEARN: ("test_size=0.2, random_state=seed", "test_size=0.2"),
    XGBOOST: ("test_size=0.2, random_state=seed", "test_size=0.2"),
    LIGHTGBM: ("test_size=0.2, random_state=seed", "test_size=0.2"),
    TORCH: ("test_size=0.2, random_state=seed", "test_size=0.2"),
}
GUARDED = (
    'np.where(table["visits"] > 0, table["amount"] / table["visits"].clip(lower=1), 0.0)',
    'table["amount"] / table["visits"]',
)
FILLED = ('table["age"] = table["age"].fillna(40.0)', 'table["age"].fillna(40.0)')
CHAINED = ('table["age"] = table["age"].fillna(40.0)', 'table["age"].fillna(40.0, inplace=True)')
CLIPPED = ("np.hstack([np.clip(numbers, -1e6, 1e6), codes", "np.hstack([numbers, codes")
LOGGED = ('np.log1p(table["amount"].abs())', 'np.exp(table["amount"] / 100)')


def _everywhere(name: str, edit: tuple[str, str], check: str) -> list[Defect]:
    adapters = (SKLEARN, BY_HAND, XGBOOST, LIGHTGBM, TORCH)
    return [Defect(name, adapter, FEATURES, *edit, check) for adapter in adapters]


DEFECTS = [
    *(Defect("rate-of-0", adapter, adapter, *edit, "loss-falls") for adapter, edit in RATES.items()),
    *(Defect("dropped-update", adapter, adapter, *edit, "loss-falls") for adapter, edit in UPDATES.items()),
    *(Defect("unseeded", adapter, adapter, *edit, "same-seed-same-model") for adapter, edit in SPLITS.items()),
    *_everywhere("division-by-a-count-of-0", GUARDED, "no-nan:zeros"),
    *_everywhere("fill-that-is-dropped", FILLED, "no-nan:missing"),
    *_everywhere("fill-of-a-copy", CHAINED, "no-nan:missing"),
    *_everywhere("overflow", LOGGED, "no-nan:huge"),
]
