"""Pairs of versions that resolve and do not import together; each was installed and tried, November 2026."""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """`one` from `since` up to `last` does not import beside `other` from `first` on, and says `error`.

    `newest`: of `one` nothing later than `last` had been released. `exact`: other packages often hold
    `other` back, so only two exact versions count. `always`: `other` comes without being asked for.
    `holder`: a package that, older than the version named, keeps `other` below `first` itself.
    """

    one: str
    last: str
    other: str
    first: str
    error: str
    since: str = "0"
    newest: bool = False
    exact: bool = False
    always: bool = False
    holder: tuple[str, str] = ("", "0")


PAIRS = (
    Pair(
        one="evidently",
        since="0.6.7",
        last="0.7.23",
        other="pandas",
        first="3.1",
        error="cannot import name 'infer_dtype_from_object' from 'pandas.core.dtypes.common'",
        newest=True,
        holder=("mlflow", "3"),
    ),
    Pair(
        one="imbalanced-learn",
        since="0.12.0",
        last="0.12.2",
        other="scikit-learn",
        first="1.5",
        error="cannot import name 'parse_version' from 'sklearn.utils'",
    ),
    Pair(
        one="imbalanced-learn",
        since="0.12.3",
        last="0.13.0",
        other="scikit-learn",
        first="1.7",
        error="cannot import name '_safe_tags' from 'sklearn.utils._tags'",
    ),
    Pair(
        one="eli5",
        last="0.13.0",
        other="scikit-learn",
        first="1.3",
        error="cannot import name 'if_delegate_has_method' from 'sklearn.utils.metaestimators'",
    ),
    Pair(
        one="pandas",
        since="1.5.3",
        last="2.1.1",
        other="numpy",
        first="2",
        error="numpy.dtype size changed, may indicate binary incompatibility",
        exact=True,
    ),
    Pair(
        one="pandera",
        since="0.17.0",
        last="0.19.3",
        other="numpy",
        first="2",
        error="`np.string_` was removed in the NumPy 2.0 release",
        exact=True,
    ),
    Pair(
        one="gensim",
        last="4.3.2",
        other="scipy",
        first="1.13",
        error="cannot import name 'triu' from 'scipy.linalg'",
    ),
    Pair(
        one="jinja2",
        last="2.11.3",
        other="markupsafe",
        first="2.1",
        error="cannot import name 'soft_unicode' from 'markupsafe'",
        exact=True,
    ),
    Pair(
        one="hyperopt",
        last="0.2.7",
        other="setuptools",
        first="82",
        error="No module named 'pkg_resources'",
        newest=True,
        always=True,
    ),
    Pair(
        one="mlflow",
        since="1.30.1",
        last="2.15.1",
        other="setuptools",
        first="82",
        error="No module named 'pkg_resources'",
        always=True,
    ),
)
