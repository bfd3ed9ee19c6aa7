"""Numbers from the metrics files that `dvc.yaml` declares."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable
from typing import Any

from mlops_ext.contract.refs import Metric
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc.files.tracked import read_yaml
from mlops_ext_dvc.steps.collect import flatten

# Also `91 %`, `0,91` and `1 000`: what a person reads as a number; but no version, date or address.
_DIGITS = r"(\d{1,3}([ _,]\d{3})+|\d+)([.,]\d*)?|\.\d+"
_NUMBER = re.compile(rf"[-+]?(({_DIGITS})(e[-+]?\d+)?\s*%?|nan|inf|infinity)", re.IGNORECASE)
Reader = Callable[[str], bytes | None]


def read(files: Iterable[str], reader: Reader) -> tuple[Metric, ...]:
    """All numbers by their dotted names; where two files have one name, the file stands before it.

    NaN and infinity are undefined, with the reason. A number that is written as text is an error.
    """
    rows = [(file, name, value) for file in files for name, value in _numbers(file, reader(file))]
    names = [name for _, name, _ in rows]
    return tuple(
        _metric(name if names.count(name) == 1 else f"{file}:{name}", value, file)
        for file, name, value in rows
    )


def _numbers(file: str, content: bytes | None) -> list[tuple[str, float]]:
    found = []
    for name, value in flatten(_parsed(file, content)) if content is not None else ():
        if isinstance(value, str) and _is_number(value):
            raise SettingsError(
                f'metric {name} is text ("{value}"), not a number',
                key=name,
                file=file,
                hint="let the script write it as a number",
            )
        if isinstance(value, int | float):
            found.append((name, float(value)))
    return found


def _parsed(file: str, content: bytes) -> dict[str, Any]:
    try:
        if file.endswith((".yaml", ".yml")):
            return dict(read_yaml(file, content))
        text = content.decode()
        body = tomllib.loads(text) if file.endswith(".toml") else json.loads(text)
    except ValueError as error:
        raise CouldNotTellError(f"the metrics file can't be read: {error}", where=file) from error
    return body if isinstance(body, dict) else {"value": body}


def _metric(name: str, value: float, file: str) -> Metric:
    if math.isfinite(value):
        return Metric(name=name, value=value)
    return Metric(name=name, value=None, why=f"{file} says {value}: undefined")


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text.strip()) is not None
