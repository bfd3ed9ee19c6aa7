"""One reader for every stage: the same columns, types and rows, whoever asks and however it is written."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from functional.tables import TableProject, expect
from projects.visits import visits

from mlops_ext.contract.data import DataRef, Joined, Table
from mlops_ext.session import Options, Session, open_session
from mlops_ext.stages import newest, tables

ROWS = visits(3)
COLUMNS = {
    "id": "string", "day": "timestamp", "minutes": "float", "pages": "float", "channel": "string",
    "bought": "integer",
}  # fmt: skip
SCHEMA = "".join(f'[columns.{name}]\ntype = "{kind}"\n' for name, kind in COLUMNS.items())


def text(rows: pa.Table, delimiter: str = ",", decimal: str = ".") -> str:
    """The rows as text; whole floats without their point, as spreadsheets write them."""
    lines = [delimiter.join(rows.column_names)]
    for row in rows.to_pylist():
        values = [f"{value:g}" if isinstance(value, float) else str(value) for value in row.values()]
        lines.append(delimiter.join(value.replace(".", decimal) for value in values))
    return "\n".join(lines) + "\n"


def write_csv(path: Path) -> str:
    path.write_text(text(ROWS))
    return ""


def write_semicolons(path: Path) -> str:
    path.write_text(text(ROWS, ";", ","))
    return 'csv = { delimiter = ";", decimal = "," }'


def write_tabs(path: Path) -> str:
    path.write_text(text(ROWS, "\t"))
    return ""


def write_packed(path: Path) -> str:
    path.write_bytes(gzip.compress(text(ROWS).encode()))
    return ""


def write_folder(path: Path) -> str:
    path.mkdir()
    for number in range(2):
        (path / f"{number}.csv").write_text(text(ROWS.slice(number * 21, 21)))
    return ""


def write_parquet(path: Path) -> str:
    pq.write_table(ROWS, path)
    return ""


def write_partitions(path: Path) -> str:
    for channel in set(ROWS["channel"].to_pylist()):
        part = path / f"channel={channel}"
        part.mkdir(parents=True)
        rows = ROWS.filter(pa.compute.equal(ROWS["channel"], channel)).drop_columns("channel")
        pq.write_table(rows, part / "part.parquet")
    return ""


def write_arrow(path: Path) -> str:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, ROWS.schema) as writer:
        writer.write_table(ROWS)
    return ""


def write_lines(path: Path) -> str:
    lines = (json.dumps({**row, "day": row["day"].isoformat()}) for row in ROWS.to_pylist())
    path.write_text("\n".join(lines) + "\n")
    return ""


FORMATS = {
    "visits.csv": write_csv,
    "spreadsheet.csv": write_semicolons,
    "visits.tsv": write_tabs,
    "visits.csv.gz": write_packed,
    "many": write_folder,
    "visits.parquet": write_parquet,
    "partitions": write_partitions,
    "visits.arrow": write_arrow,
    "visits.jsonl": write_lines,
}


def integrate(session: Session) -> Table:
    return session.context.open(tables.resolve(session, "visits"))


def trigger(session: Session) -> Table:
    """The newest bytes, in a place of their own and without the table's name."""
    path = session.context.root / "data" / session.settings.data["visits"].path.rpartition("/")[2]
    copied = session.context.root / "fetched"
    shutil.copytree(path, copied) if path.is_dir() else shutil.copyfile(path, copied)
    data = DataRef(name="visits", uri=str(copied), format=session.settings.data["visits"].format)
    return session.context.open(data)


def schema_before(session: Session) -> Table:
    """What `trigger` compares the newest bytes with."""
    found = newest._last_schema(session, "", "visits")
    table = integrate(session)
    assert found == table.schema
    return table


def monitor(session: Session) -> Table:
    """A window of the log that is joined with the table as its labels."""
    window = session.context.root / "window.parquet"
    pq.write_table(ROWS.select(["id"]), window)
    uri = tables.resolve(session, "visits").uri
    rest = tuple(name for name in COLUMNS if name != "id")
    joined = Joined(name="visits", uri=uri, on="id", columns=rest)
    return session.context.open(DataRef(name="log", uri=str(window), joined=(joined,)))


def release(session: Session) -> Table:
    """The test rows of a run, by a reference that a record could keep."""
    data = tables.resolve(session, "visits")
    return session.context.open(msgspec.convert(msgspec.to_builtins(data), DataRef))


@pytest.mark.parametrize("stage", [integrate, trigger, schema_before, monitor, release])
@pytest.mark.parametrize("name", FORMATS)
def test_every_stage_reads_the_same(
    table_project: TableProject, name: str, stage: Callable[[Session], Table]
) -> None:
    table = stage(opened(table_project, name))
    assert {column.name: column.type for column in table.schema} == COLUMNS
    assert table.rows == len(ROWS)
    found = pa.table(table).select(list(COLUMNS)).sort_by("id")
    assert found["id"].to_pylist() == ROWS["id"].to_pylist()
    assert found["minutes"].to_numpy() == pytest.approx(ROWS["minutes"].to_numpy(), rel=1e-5)
    assert found["channel"].to_pylist() == ROWS["channel"].to_pylist()
    assert found["day"].cast(pa.timestamp("us")).to_pylist() == ROWS["day"].to_pylist()


@pytest.mark.parametrize("name", FORMATS)
def test_great_expectations_sees_what_the_engine_read(table_project: TableProject, name: str) -> None:
    session = opened(table_project, name)
    table_project.suite(
        expect("table_columns_to_match_set", column_set=list(COLUMNS)),
        expect("table_row_count_to_equal", value=len(ROWS)),
        expect("column_values_to_be_in_type_list", column="minutes", type_list=["float64"]),
        expect("column_distinct_values_to_equal_set", column="channel", value_set=["mail", "search", "shop"]),
    )
    reports = tables.validate_all(session, ["visits"])
    checks = [check for report in reports if report.plugin != "schema" for check in report.checks]
    assert [check.status for check in checks] == ["pass"] * 4, checks


def opened(project: TableProject, name: str) -> Session:
    """The project with its table in another format and a schema of its types."""
    (project.root / "data/visits.parquet").unlink()
    more = FORMATS[name](project.root / "data" / name)
    project.edit("mlops-ext.toml", "visits.parquet", name)
    project.edit("mlops-ext.toml", 'suite = "visits"', f'suite = "visits"\nschema = "schema.toml"\n{more}')
    project.write({"schema.toml": SCHEMA})
    return open_session(Options(project=project.root))
