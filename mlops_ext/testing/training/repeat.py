"""The same seed gives the same model: in another process, where sets and dictionaries hash otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from mlops_ext.testing.training import adapter as adapters
from mlops_ext.testing.training import table
from mlops_ext.testing.training.adapter import Adapter, Array, Model
from mlops_ext.testing.training.answer import ERROR, FAIL, PASS, Answer
from mlops_ext.testing.training.plan import Plan
from mlops_ext.testing.training.plan import load as load_plan
from mlops_ext.testing.training.refusal import HIDDEN
from mlops_ext.testing.training.table import Rows
from mlops_ext.testing.training.trained import Trained

TOLERANCE = 1e-6
MODULE = "mlops_ext.testing.training.repeat"


def same_model(adapter: Adapter, base: Trained, plan: Plan, file: Path) -> Answer:
    """Fit once more in a fresh process, and compare what the two models say of the same rows."""
    seed = os.environ.get("PYTHONHASHSEED", "random")
    other = "1" if seed != "1" else "2"
    mine = signature(adapter, base.model, base.rows)
    with tempfile.TemporaryDirectory(prefix="mlops-ext-training-") as folder:
        base.rows.frame.assign(**{_LABEL: base.rows.target}).to_pickle(Path(folder, "rows.pickle"))
        theirs = _elsewhere(file, plan, Path(folder), other)
        if isinstance(theirs, Answer):
            return theirs
        moved = difference(mine, theirs)
        if moved <= TOLERANCE:
            how = "equal" if moved == 0 else f"equal to {TOLERANCE:g}"
            return Answer(PASS, f"two processes, predictions {how}", value=moved, limit=TOLERANCE)
        again = _elsewhere(file, plan, Path(folder), other)
    hint = "give every split, shuffle, sampler and estimator a seed"
    cause = "the same code gives another model each time"
    if not isinstance(again, Answer) and difference(theirs, again) <= TOLERANCE:
        cause = "the model depends on PYTHONHASHSEED"
        hint = "sort what comes from a set before it becomes columns or codes"
    message = f"{cause}: predictions differ by up to {moved:.3g}"
    return Answer(FAIL, message, value=moved, limit=TOLERANCE, rows=len(base.rows), hint=hint)


_LABEL = "mlops-ext label"


def signature(adapter: Adapter, model: Model, rows: Rows) -> list[Array]:
    """What a model says: of its own rows, and of rows that it never saw, put together from them."""
    import numpy

    mixed = rows.frame.copy()
    random = numpy.random.default_rng(0)
    for name in rows.numbers:
        mixed[name] = mixed[name].to_numpy()[random.permutation(len(mixed))]
    said = [adapter.predict(model, rows.frame), adapter.predict(model, mixed)]
    for name in ("predict_proba", "decision_function"):
        try:
            said.append(adapters.as_array(getattr(model, name)(rows.frame)))
        except Exception:  # noqa: BLE001, S112 - more than the adapter's predict is a bonus
            continue
    return said


def difference(one: list[Array], other: list[Array]) -> float:
    """The largest difference of two signatures; 1 for each label that differs."""
    import numpy

    if len(one) != len(other):
        return float("inf")
    largest = 0.0
    for mine, theirs in zip(one, other):  # noqa: B905 - Python 3.9
        if mine.shape != theirs.shape:
            return float("inf")
        if not numpy.issubdtype(mine.dtype, numpy.number):
            largest = max(largest, float((mine != theirs).any()))
        elif mine.size:
            scale = 1 + float(numpy.nanmax(numpy.abs(mine)))
            gap = numpy.abs(mine.astype("float64") - theirs.astype("float64")) / scale
            largest = max(largest, float(numpy.nan_to_num(gap, nan=0.0, posinf=1.0).max()))
    return largest


def _elsewhere(file: Path, plan: Plan, folder: Path, seed: str) -> list[Array] | Answer:
    (folder / "plan.json").write_text(plan.dump(), encoding="utf-8")
    command = [sys.executable, "-m", MODULE, str(file), str(folder)]
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        if os.environ.get(HIDDEN):
            return Answer(ERROR, "fitting once more in a fresh process failed")
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        return Answer(ERROR, f"fitting once more in a fresh process failed: {last}")
    return _read(folder / "said.pickle")


def _read(path: Path) -> list[Array]:
    import pickle

    # Written a moment ago by a process of ours.
    said: list[Array] = pickle.loads(path.read_bytes())  # noqa: S301
    return said


def main(argv: list[str]) -> int:
    """The fresh process: fit on the rows in a folder, and leave what the model says there."""
    import pickle

    import pandas

    file, folder = Path(argv[0]), Path(argv[1])
    plan = load_plan(str(folder / "plan.json"))
    adapter = adapters.load(file, plan)
    whole: Any = pandas.read_pickle(folder / "rows.pickle")  # noqa: S301 - written by the process that started us
    rows = table.rows_from(whole.drop(columns=[_LABEL]), whole[_LABEL], plan)
    # The label under its own name: models may keep it.
    rows = rows.with_target(rows.target.rename(plan.label or None))
    model = adapter.fit(rows.frame, rows.target)
    (folder / "said.pickle").write_bytes(pickle.dumps(signature(adapter, model, rows)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
