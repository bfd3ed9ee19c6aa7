"""From the bytes of a request to columns of the types that the model declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from mlops_ext_serve.model.refusals import Refusal
from mlops_ext_serve.model.signature import Feature

FORMS = ("dataframe_records", "dataframe_split", "records")
_PLAIN: dict[str, Any] = {
    "double": float,
    "float": float,
    "long": Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)],
    "integer": Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)],
    "boolean": bool,
    "string": str,
    "datetime": str,
}


class Parsed(msgspec.Struct, frozen=True):
    """A request that fits: the columns for the model, and what the log keeps of each row."""

    columns: dict[str, list[Any]]
    rows: tuple[bytes, ...]
    ids: tuple[str | None, ...]
    times: tuple[str | None, ...]
    extra: int


class Reader:
    """Reads requests for one model version. Keys that nobody declared are left out and counted."""

    def __init__(
        self, features: Sequence[Feature], *, id_column: str = "", time_column: str = "", rows: int = 10_000
    ) -> None:
        self.features = tuple(features)
        self._rows = rows
        self._names = {feature.name: f"f{number}" for number, feature in enumerate(features)}
        self._id = id_column
        self._time = time_column
        fields: list[tuple[str, Any, Any]] = [_field(f, self._names[f.name]) for f in features]
        for name, kind in ((id_column, str | int | None), (time_column, str | None)):
            if name and name not in self._names:
                self._names[name] = f"f{len(self._names)}"
                fields.append((self._names[name], kind | msgspec.UnsetType, msgspec.UNSET))
        rename = {field: name for name, field in self._names.items()}
        self._type = msgspec.defstruct("Record", fields, rename=rename, kw_only=True)

    def read(self, body: bytes) -> Parsed:
        """The request's rows; raises `Refusal` with the field that does not fit."""
        form, records = _records(_decode(body))
        if not records:
            raise Refusal(422, "no records", where=form)
        if len(records) > self._rows:
            raise Refusal(
                413, f"{len(records)} records are more than the {self._rows} that a request may have"
            )
        try:
            rows = msgspec.convert(records, list[self._type])  # type: ignore[name-defined]
        except msgspec.ValidationError as error:
            raise _misfit(form, error) from None
        known = self._names.keys()
        return Parsed(
            columns={f.name: self._column(form, rows, f) for f in self.features},
            rows=tuple(msgspec.json.encode(row) for row in rows),
            ids=tuple(_word(row, self._names.get(self._id)) for row in rows),
            times=tuple(self._times(form, rows, self._time)),
            extra=sum(len(record.keys() - known) for record in records),
        )

    def _column(self, form: str, rows: Sequence[Any], feature: Feature) -> list[Any]:
        if feature.type == "datetime":
            return [_iso(text) for text in self._times(form, rows, feature.name)]
        return [getattr(row, self._names[feature.name]) for row in rows]

    def _times(self, form: str, rows: Sequence[Any], name: str) -> list[str | None]:
        found = [_word(row, self._names.get(name)) for row in rows]
        for number, text in enumerate(found):
            if text is not None and utc(text) is None:
                raise Refusal(422, "not a time in ISO 8601", where=f"{form}[{number}].{name}")
        return found


def utc(text: str) -> str | None:
    """A time as UTC text that sorts, naive ones taken for UTC; None where it is no time."""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    return aware.isoformat(timespec="microseconds")


def _field(feature: Feature, field: str) -> tuple[str, Any, Any]:
    kind = _PLAIN[feature.type]
    kind = kind | None if feature.nullable else kind
    return field, kind, msgspec.NODEFAULT if feature.required or not feature.nullable else None


def _decode(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError:
        raise Refusal(400, "a number is out of range") from None
    except msgspec.DecodeError as error:
        raise Refusal(400, f"not JSON: {error}") from None
    except RecursionError:
        raise Refusal(400, "JSON is nested too deep") from None


def _records(given: Any) -> tuple[str, list[Any]]:
    found = [form for form in FORMS if isinstance(given, dict) and form in given]
    if len(found) != 1:
        raise Refusal(422, f"expected an object with one of: {', '.join(FORMS)}")
    form, value = found[0], given[found[0]]
    if form == "dataframe_split":
        return form, _from_split(value)
    if not isinstance(value, list):
        raise Refusal(422, "expected a list of records", where=form)
    for number, record in enumerate(value):
        if not isinstance(record, dict):
            raise Refusal(422, "expected an object", where=f"{form}[{number}]")
    return form, value


def _from_split(value: Any) -> list[dict[str, Any]]:
    form = "dataframe_split"
    columns = value.get("columns") if isinstance(value, dict) else None
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise Refusal(422, "expected a list of names", where=f"{form}.columns")
    if len(set(columns)) != len(columns):
        raise Refusal(422, "a name is there twice", where=f"{form}.columns")
    if not isinstance(data, list):
        raise Refusal(422, "expected a list of rows", where=f"{form}.data")
    for number, row in enumerate(data):
        if not isinstance(row, list) or len(row) != len(columns):
            raise Refusal(422, f"expected a list of {len(columns)} values", where=f"{form}.data[{number}]")
    return [dict(zip(columns, row, strict=True)) for row in data]


def _misfit(form: str, error: msgspec.ValidationError) -> Refusal:
    what, _, path = str(error).partition(" - at `")
    return Refusal(
        422, what.replace("Object missing", "missing"), where=path.rstrip("`").replace("$", form, 1)
    )


def _iso(text: str | None) -> str | None:
    """One form for all rows: pandas takes the form of a column from its first value."""
    return None if text is None else dt.datetime.fromisoformat(text).isoformat()


def _word(row: Any, field: str | None) -> str | None:
    value = None if field is None else getattr(row, field)
    if value is None or value is msgspec.UNSET:
        return None
    return str(value)
