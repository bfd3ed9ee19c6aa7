"""What holds something and can be read, and what does not; nothing is called broken that is only unusual."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlops_ext_dvc.contracts.contents import look

WELL = {
    "list.json": b"[1]",
    "nan.json": b'{"auc": NaN}',
    "bom.json": b'\xef\xbb\xbf{"a": 1}',
    "lines.json": b'{"a": 1}\n{"a": 2}\n',
    "rows.jsonl": b'{"a": 1}\n\n{"a": 2}\n',
    "zero.json": b"0",
    "tags.yaml": b"a: !!python/tuple [1, 2]\nb: !Ref c\n",
    "list.yaml": b"- 1\n- 2\n",
    "two.yml": b"a: 1\n---\nb: 2\n",
    "t.csv": b"a,b\n1,2\n",
    "semicolons.csv": b"a;b\r\n1;2\r\n",
    "latin.csv": b"a,b\nM\xfcnchen,2\n",
    "wide.csv": "a,b\n1,2\n".encode("utf-16"),
    "numbers.csv": b"0.5\n",
    "quoted.csv": b'"a\nb",c\n"1\n2",3\n',
    "t.csv.gz": gzip.compress(b"a,b\n1,2\n"),
    "t.tsv": b"a\tb\n1\t2\n",
    "t.toml": b"a = 1\n",
    "model.pkl": b"x",
    "picture.png": b"x",
}
BROKEN = {
    "empty.pkl": (b"", "is empty: it has 0 bytes"),
    "header.csv": (b"a,b\n", "is empty: it holds a header and no rows"),
    "blank.csv": (b"\n\n", "is empty: it holds no rows and no header"),
    "bytes.csv": (b"a,b\n\0\0\0", "can't be read as CSV"),
    "cut.csv.gz": (gzip.compress(b"a,b\n1,2\n")[:-6], "can't be read as CSV"),
    "cut.json": (b'{"a": 1', "can't be read as JSON"),
    "none.json": (b"{}", "is empty: it holds nothing"),
    "null.json": (b"null", "is empty: it holds nothing"),
    "cut.jsonl": (b'{"a": 1}\n{"a"', "can't be read as JSON lines"),
    "cut.yaml": (b"a: [1, 2\nb: }", "can't be read as YAML"),
    "none.yaml": (b"# nothing yet\n", "is empty: it holds nothing"),
    "cut.toml": (b"a = ", "can't be read as TOML"),
    "cut.parquet": (b"PAR1 and no more", "can't be read as Parquet"),
}


@pytest.mark.parametrize("name", WELL)
def test_well(tmp_path, name):
    (tmp_path / name).write_bytes(WELL[name])
    assert look(tmp_path / name).fault == ""


@pytest.mark.parametrize("name", BROKEN)
def test_broken(tmp_path, name):
    content, said = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    assert look(tmp_path / name).fault.startswith(said)


def test_folders(tmp_path):
    (tmp_path / "none").mkdir()
    assert look(tmp_path / "none").fault == "is an empty folder"
    spark = tmp_path / "spark.parquet"
    spark.mkdir()
    (spark / "_SUCCESS").touch()
    assert look(spark).fault == "holds only empty files: 1 of them"
    pq.write_table(pa.table({"x": [1]}), spark / "part-0.parquet")
    pq.write_table(pa.table({"x": pa.array([], pa.int64())}), spark / "part-1.parquet")
    assert look(spark).fault == ""
    (spark / "part-2.parquet").write_bytes(b"PAR1")
    assert look(spark).fault.startswith("holds part-2.parquet, which can't be read as Parquet")
