"""Imputations that do nothing: the call is there, its result goes nowhere, and NaN travels on."""

from __future__ import annotations

import dis
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

from mlops_ext.testing.training.adapter import Adapter
from mlops_ext.testing.training.answer import FAIL, Answer
from mlops_ext.testing.training.refusal import is_own, shown
from mlops_ext.testing.training.trained import Trained, predict
from mlops_ext.testing.training.variants import Variant

FILLS = frozenset({"fillna", "ffill", "bfill", "interpolate", "dropna", "replace"})
IMPUTERS = frozenset({"fit", "transform", "fit_transform"})
BETWEEN = ("_decorators.py", "_set_output.py", "base.py")


class Imputations:
    """`idle` are the team's lines with a fill that did nothing, and why."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.idle: dict[str, str] = {}
        self._fitted: dict[int, tuple[str, Any]] = {}
        self._applied: set[int] = set()

    @contextmanager
    def watching(self) -> Iterator[Imputations]:
        """Everything inside is watched, in this thread.

        A profile function, not a wrapper: pandas tells a chained assignment by counting references.
        """
        before = sys.getprofile()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.filterwarnings("always", message=".*chained assignment.*")
            # pandas 2 fills the frame itself and only announces that pandas 3 will not.
            warnings.filterwarnings("ignore", category=FutureWarning)
            warnings.showwarning = self._warned
            sys.setprofile(self._profile)
            try:
                yield self
            finally:
                sys.setprofile(before)
        for where, imputer in self._fitted.values():
            if id(imputer) not in self._applied:
                self.idle.setdefault(where, f"{type(imputer).__name__} is fitted and never applied")

    def _warned(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        frame: Any = sys._getframe(1)
        while frame is not None and not is_own(frame.f_code.co_filename, self.root):
            frame = frame.f_back
        if frame is not None and "Chained" in category.__name__:
            where = self._where(frame)
            self.idle.setdefault(where, "it fills a copy of the column, never the frame (chained assignment)")

    def _profile(self, frame: Any, event: str, result: Any) -> None:
        name = frame.f_code.co_name
        if event != "return" or (name not in FILLS and name not in IMPUTERS):
            return
        file = PurePath(frame.f_code.co_filename)
        if name in FILLS and "pandas" in file.parts:
            self._filled(frame, name, result)
        elif name in IMPUTERS and "impute" in file.parts:
            self._imputed(frame, name)

    def _filled(self, frame: Any, name: str, result: Any) -> None:
        caller = self._caller(frame)
        this = frame.f_locals.get("self")
        if (
            caller is None
            or frame.f_locals.get("inplace") is True
            or result is None
            or not hasattr(this, "isna")
        ):
            return
        if not _gaps(this):
            return
        if _discarded(caller):
            self.idle.setdefault(self._where(caller), f"the result of {name} is dropped")
        elif (
            name == "fillna" and frame.f_locals.get("limit") is None and _gaps(result, _targets(frame, this))
        ):
            self.idle.setdefault(self._where(caller), "fillna leaves the gaps that it is for")

    def _imputed(self, frame: Any, name: str) -> None:
        imputer = frame.f_locals.get("self")
        kind = type(imputer).__name__
        caller = self._caller(frame)
        if name == "fit":
            if caller is not None:
                self._fitted[id(imputer)] = (self._where(caller), imputer)
            return
        self._applied.add(id(imputer))
        if caller is not None and _discarded(caller):
            self.idle.setdefault(self._where(caller), f"the result of {kind} is dropped")

    def _caller(self, frame: Any) -> Any:
        """The team's frame that called this one, with nothing between but decorators."""
        caller = frame.f_back
        while caller is not None and PurePath(caller.f_code.co_filename).name in BETWEEN:
            if is_own(caller.f_code.co_filename, self.root):
                break
            caller = caller.f_back
        return caller if caller is not None and is_own(caller.f_code.co_filename, self.root) else None

    def _where(self, frame: Any) -> str:
        return f"{shown(frame.f_code.co_filename, self.root)}:{frame.f_lineno}"


def _targets(frame: Any, this: Any) -> list[Any] | None:
    """The columns that a fill by name is for; None is all."""
    value = frame.f_locals.get("value")
    if not hasattr(this, "columns") or not (isinstance(value, dict) or hasattr(value, "index")):
        return None
    return [name for name in this.columns if name in value] or None


def _gaps(data: Any, columns: list[Any] | None = None) -> bool:
    if not hasattr(data, "isna"):
        return False
    found = (data if columns is None else data[columns]).isna().to_numpy()
    return bool(found.any())


def _discarded(caller: Any) -> bool:
    """Whether the next thing that the caller does is to throw the result away."""
    # What lies between a call and the next instruction, caches of the interpreter, is not listed.
    after = (one for one in dis.get_instructions(caller.f_code) if one.offset > caller.f_lasti)
    found = next(after, None)
    return found is not None and found.opname == "POP_TOP"


def idle_fill(adapter: Adapter, base: Trained, variant: Variant, root: str) -> Answer | None:
    """No, where a fill does nothing: also where the model takes NaN as it is, and nothing else shows it."""
    fills = Imputations(root)
    try:
        with fills.watching():
            predict(adapter, adapter.fit(variant.frame, base.rows.target), variant.frame)
    except Exception:  # noqa: BLE001, S110 - judged when it is asked again, without the profiler
        pass
    for where, why in fills.idle.items():
        message = f"an imputation does nothing: {why}"
        return Answer(FAIL, message, where=where, hint="assign what it returns")
    return None
