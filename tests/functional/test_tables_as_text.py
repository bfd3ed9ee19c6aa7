"""`integrate` on text files: F01 to F10 with the real command, and what is said of them."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from functional.tables import TableProject, expect
from projects.visits import visits

HEAD = "id,day,minutes,pages,channel,bought\n"
ROW = "0{n},2026-01-0{n}T00:00:00,{n}.5,{n},{channel},1\n"
ROWS = [ROW.format(n=n, channel=("mail", "NA", "None")[n % 3]) for n in range(1, 7)]
SCHEMA = """
[columns.id]
type = "string"
nullable = false

[columns.minutes]
type = "float"
min = 0
max = 100

[columns.channel]
type = "string"
nullable = false
categories = ["mail", "NA", "None"]
"""


def as_csv(project: TableProject, text: str | bytes, more: str = "", name: str = "visits.csv") -> None:
    """The project's table as a text file with a schema and no suite."""
    project.edit("mlops-ext.toml", 'suite = "visits"', f'schema = "schema.toml"\n{more}')
    project.edit("mlops-ext.toml", "visits.parquet", name)
    project.write({"schema.toml": SCHEMA})
    path = project.root / "data" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def report(project: TableProject, code: int) -> dict[str, dict[str, object]]:
    """The checks of the table by name, from the command's JSON."""
    done = project.call("integrate", "--only", "data", "--format", "json", code=code)
    return {check["name"]: check for one in json.loads(done.stdout)["reports"] for check in one["checks"]}


def test_f01_a_mark_changes_no_verdict(table_project):
    as_csv(table_project, "\ufeff" + HEAD.replace("id", '"id"') + "".join(ROWS))
    assert "categories:channel" in report(table_project, 0)


def test_f02_ids_beside_a_blank_keep_their_last_digit(table_project):
    rows = [row.replace("0", "900719925474099", 1) for row in ROWS]
    as_csv(table_project, HEAD + "".join(rows) + ROWS[0].replace("01", "", 1))
    checks = report(table_project, 1)
    assert checks["nulls:id"]["count"] == 1
    assert checks["nulls:id"]["examples"] == ["row 7"]


def test_f03_day_first_dates_ask_for_their_format(table_project):
    text = HEAD + "".join(row.replace("2026-01-0", "0").replace("T00:00:00", "/01/2026") for row in ROWS)
    as_csv(table_project, text)
    said = table_project.integrate(2)
    assert "data.visits.csv.time_format" in said
    table_project.edit("mlops-ext.toml", "[data.visits]", '[data.visits]\ncsv = { time_format = "%d/%m/%Y" }')
    assert "categories:channel" in report(table_project, 0)


def test_f06_a_trailing_separator_shifts_no_column(table_project):
    as_csv(table_project, HEAD + "".join(row.replace("\n", ",\n") for row in ROWS))
    said = table_project.integrate(1)
    assert "line 2 has 7 fields, the header has 6" in said


def test_f07_semicolons_name_the_key_and_then_numbers_are_numbers(table_project):
    text = (HEAD + "".join(ROWS)).replace(",", ";").replace(".5", ",5")
    as_csv(table_project, text)
    assert "data.visits.csv.delimiter" in table_project.integrate(2)
    own = 'csv = { delimiter = ";", decimal = "," }'
    table_project.edit("mlops-ext.toml", "[data.visits]", f"[data.visits]\n{own}")
    assert report(table_project, 0)["column:minutes"]["value"] == "float"


def test_f08_a_name_that_is_there_twice(table_project):
    as_csv(table_project, HEAD.replace("pages", "minutes") + "".join(ROWS))
    assert "`minutes` is column 3 and 4" in table_project.integrate(1)


def test_f09_names_that_read_as_missing_stay_values(table_project):
    as_csv(table_project, HEAD + "".join(ROWS))
    checks = report(table_project, 0)
    assert checks["nulls:channel"]["rows"] == 6
    assert checks["column:id"]["value"] == "string"


def test_f10_a_folder_of_headers(table_project):
    """Neighbour of F10: two parts, each only its header."""
    as_csv(table_project, HEAD)
    path = table_project.root / "data/visits.csv"
    path.unlink()
    path.mkdir()
    for part in "ab":
        (path / f"{part}.csv").write_text(HEAD)
    assert "0 rows, at least 1 needed" in table_project.integrate(1)


@pytest.mark.parametrize("kind", [pa.null(), pa.int64(), pa.string()])
def test_f05_parts_whose_types_differ(table_project, kind):
    parts = table_project.root / "data/visits"
    parts.mkdir()
    table_project.edit("mlops-ext.toml", "visits.parquet", "visits")
    table = visits(20)
    pq.write_table(table, parts / "a.parquet")
    at = table.column_names.index("pages")
    column = pa.nulls(len(table), kind) if kind == pa.null() else table["pages"].cast(pa.int64()).cast(kind)
    pq.write_table(table.set_column(at, "pages", column), parts / "b.parquet")
    table_project.suite(expect("column_values_to_be_between", column="pages", min_value=0))
    if kind == pa.string():
        said = " ".join(table_project.integrate(1).split())
        assert "`pages` is number in data/visits/a.parquet and string in data/visits/b.parquet" in said
        return
    done = table_project.call("integrate", "--only", "data", "--format", "json", code=0)
    assert f"{2 * len(table)} rows" in done.stdout.replace(",", "")


def test_a_change_of_the_schema_is_told_apart_from_bad_values(table_project):
    bad = HEAD.replace("channel", "chanel") + "".join(ROWS).replace("3.5", "-3.5")
    as_csv(table_project, bad)
    checks = report(table_project, 1)
    about = {name: check["about"] for name, check in checks.items() if check["status"] == "fail"}
    assert about == {"column:channel": "schema", "range:minutes": "values"}
    assert checks["range:minutes"]["examples"] == ["'-3.5' (row 3)"]


def test_a_value_that_makes_a_column_text_is_shown_with_its_row(table_project):
    as_csv(table_project, HEAD + "".join(ROWS).replace("4.5", "four"))
    check = report(table_project, 1)["column:minutes"]
    assert (check["about"], check["examples"]) == ("schema", ["'four' (row 4)"])


@pytest.mark.parametrize(("missing", "code"), [("error", 3), ("skip", 0)])
def test_f43_a_table_that_is_not_here(table_project, missing, code):
    """Neighbour of F43: today's file of the engine's, not a batch of GX's."""
    as_csv(table_project, HEAD, f'missing = "{missing}"', "day=2026-01-07.csv")
    (table_project.root / "data/day=2026-01-07.csv").unlink()
    said = table_project.integrate(code)
    assert "day=2026-01-07.csv is not here" in said
    assert ("lets it be absent" in said) == (missing == "skip")


def test_f44_odd_values_in_strict_json(table_project):
    """Neighbour of F44: an infinite value in a text file, judged by the declared schema."""
    as_csv(table_project, HEAD + "".join(ROWS).replace("4.5", "inf").replace("5.5", "nan"))
    checks = report(table_project, 1)
    assert checks["range:minutes"]["count"] == 2
    assert checks["range:minutes"]["examples"] == ["'inf' (row 4)", "'nan' (row 5)"]


@pytest.mark.parametrize("name", ["Total Amount", "a.b", "from"])
def test_f45_odd_names_in_a_schema(table_project, name):
    """Neighbour of F45: the host's own rules on a text file with such a name."""
    as_csv(table_project, HEAD.replace("minutes", name) + "".join(ROWS))
    table_project.edit("schema.toml", "columns.minutes", f'columns."{name}"')
    assert report(table_project, 0)[f"range:{name}"]["rows"] == 6


@pytest.mark.parametrize(
    ("bound", "code", "words"),
    [
        ("2026-01-06", 0, "integrate passed"),
        ("2026-01-05T12:00:00+02:00", 1, "range:day"),
        ("tomorrow", 2, "the bound 'tomorrow' is no time in ISO 8601"),
    ],
)
def test_f48_time_bounds_of_a_schema(table_project, bound, code, words):
    """Neighbour of F48: a bound of the declared schema, with and without a zone."""
    as_csv(table_project, HEAD + "".join(ROWS))
    path = table_project.root / "schema.toml"
    path.write_text(f'{SCHEMA}\n[columns.day]\ntype = "timestamp"\nmax = "{bound}"\n')
    assert words in table_project.call("integrate", "--only", "data", code=code).stdout
