"""What goes on inside a training: arithmetic that breaks in the team's lines, and what reaches a library.

Boosted trees take NaN, and some take infinity, without a word: their predictions alone show nothing.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from mlops_ext.testing.training.finite import unfinite
from mlops_ext.testing.training.refusal import is_own, shown

DIVISIONS = ("__truediv__", "__rtruediv__", "__pow__", "__rpow__", "__mul__", "__rmul__")
NAMED_DIVISIONS = ("div", "truediv", "divide", "pow", "mul", "multiply")
# What numpy says when a number is too large for the integers that it becomes.
WRAPPED = "invalid value encountered in cast"
ARITHMETIC = ("numpy", "pandas")


class Watch:
    """`lines` are the team's lines whose arithmetic broke; `nan` and `inf` count what reached a library."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.lines: dict[str, str] = {}
        self.nan = 0
        self.inf = 0
        self.wrapped = False

    @property
    def broke(self) -> str:
        """The first line whose arithmetic broke, and how."""
        return next((f"{how} at {where}" for where, how in self.lines.items()), "")

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """Everything inside is watched, in this thread."""
        with ExitStack() as stack:
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
            warnings.simplefilter("always", RuntimeWarning)
            warnings.showwarning = self._warned
            for owner, name, wrap in self._doors():
                original = getattr(owner, name)
                stack.enter_context(mock.patch.object(owner, name, wrap(original)))
            yield self

    def _warned(self, message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        where = own_line(sys._getframe(1), self.root, ARITHMETIC)
        if where and issubclass(category, RuntimeWarning):
            self.lines.setdefault(where, str(message))
            self.wrapped = self.wrapped or str(message) == WRAPPED

    def _doors(self) -> Iterator[tuple[Any, str, Callable[[Any], Any]]]:
        pandas = sys.modules.get("pandas")
        if pandas is not None:
            for kind in (pandas.Series, pandas.DataFrame):
                for name in (*DIVISIONS, *NAMED_DIVISIONS):
                    yield kind, name, self._arithmetic
        validation = sys.modules.get("sklearn.utils.validation")
        if validation is not None:
            yield validation, "check_array", self._checked
        for library, name in (("xgboost", "DMatrix"), ("lightgbm", "Dataset")):
            if library in sys.modules:
                yield getattr(sys.modules[library], name), "__init__", self._given

    def _arithmetic(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def method(this: Any, other: Any, *more: Any, **named: Any) -> Any:
            result = original(this, other, *more, **named)
            where = own_line(sys._getframe(1), self.root, ())
            if where and not any(unfinite(one) != (0, 0) for one in (this, other)):
                nan, inf = unfinite(result)
                if nan or inf:
                    self.lines.setdefault(where, f"{nan + inf} values that are not finite")
            return result

        return method

    def _checked(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def check_array(array: Any, *more: Any, **named: Any) -> Any:
            if hasattr(named.get("estimator"), "predict"):
                self._look(array)
            return original(array, *more, **named)

        return check_array

    def _given(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def __init__(this: Any, data: Any, *more: Any, **named: Any) -> None:
            self._look(data)
            original(this, data, *more, **named)

        return __init__

    def _look(self, data: Any) -> None:
        nan, inf = unfinite(data)
        self.nan, self.inf = max(self.nan, nan), max(self.inf, inf)


def own_line(frame: Any, root: str, between: tuple[str, ...]) -> str:
    """The team's line that called, with nothing between but these packages and ourselves."""
    while frame is not None:
        if is_own(frame.f_code.co_filename, root):
            return f"{shown(frame.f_code.co_filename, root)}:{frame.f_lineno}"
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package not in between and package != "warnings":
            return ""
        frame = frame.f_back
    return ""
