"""The content of a parameters, metrics or plots file, read by DVC's own parsers."""

from __future__ import annotations

import csv
import io
import posixpath
from typing import Any

from mlops_ext.errors import CouldNotTellError

SEPARATED = {".csv": ",", ".tsv": "\t"}


def parse(path: str, content: bytes) -> Any:
    """The value that the file holds, by its suffix; YAML where the suffix says nothing, as in DVC."""
    from dvc.utils.serialize import PARSERS, ParseError

    suffix = posixpath.splitext(path)[1].lower()
    try:
        text = content.decode("utf-8-sig")
        if suffix in SEPARATED:
            return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=SEPARATED[suffix]))
        return PARSERS[suffix](text, path)
    except (ValueError, csv.Error, ParseError) as error:
        first = next(iter(str(error).splitlines()), type(error).__name__)
        raise CouldNotTellError(f"{path} can't be read: {first}") from error
