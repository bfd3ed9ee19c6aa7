"""The first minutes on a repository as it is: init, then integrate, with no edit between them."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from calling import call, commit, git
from harness.kill import LAUNCHER

ROOT = Path(__file__).parents[2]
KINDS = "".join(f"{number},{number % 7},{'abc'[number % 3]}\n" for number in range(60))
TABLE = f"id,hour,kind\n{KINDS}"
FOREST = """import pandas as pd
from sklearn.ensemble import RandomForestClassifier
frame = pd.read_csv("data.csv")
X, y = frame.drop(columns=["kind"]), frame["kind"]
RandomForestClassifier(n_estimators=3, random_state=0).fit(X, y)
"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A table and a script in Git: no DVC, no suites, no tests, no MLflow."""
    return repository(
        tmp_path / "plain",
        {
            "data.csv": TABLE,
            "train.py": "import csv\nprint(len(list(csv.reader(open('data.csv')))))\n",
        },
    )


def repository(root: Path, files: dict[str, str | bytes]) -> Path:
    root.mkdir(parents=True)
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    git(root, "init", "-q", "-b", "main")
    commit(root)
    return root


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def settings(root: Path) -> str:
    return (root / "mlops-ext.toml").read_text()


def begin(root: Path, code: int = 0) -> str:
    """init, a commit of what it wrote, integrate; what integrate says."""
    call(root, "init", "--yes")
    commit(root)
    return call(root, "integrate", code=code).stdout


def test_without_dvc_nothing_is_red_and_what_was_not_asked_is_said(plain: Path) -> None:
    said = begin(plain)
    assert 'plugins = ["ibis"]' in settings(plain)
    assert 'path = "data.csv"' in settings(plain)
    assert "60 rows, 3 columns of data" in said
    assert "no package" in said
    assert "no folder tests" in said


def test_with_dvc_it_is_among_the_plugins(plain: Path) -> None:
    (plain / "dvc.yaml").write_text("stages: {}\n")
    call(plain, "init", "--yes")
    assert '"dvc"' in settings(plain)


def test_tables_pass_the_schemas_that_were_seen_in_them(tmp_path: Path) -> None:
    rows = range(80)
    frame = pa.table({"n": list(rows), "word": [f"w{n % 3}" for n in rows], "list": [[n] for n in rows]})
    pq.write_table(frame, tmp_path / "t.parquet")
    german = "Größe;Ort;Anteil\n" + "".join(f"{n};Köln;{n},5\n" for n in rows)
    files = {
        "german.csv": german.encode("latin-1"),
        "tabs.tsv": TABLE.replace(",", "\t"),
        "packed.csv.gz": gzip.compress(TABLE.encode()),
        "bom.csv": b"\xef\xbb\xbf" + TABLE.encode(),
        "holes.csv": "a,b\n" + "".join(f"{n if n % 4 else ''},{n / 8}\n" for n in rows),
        "zip.csv": "zip,when\n" + "".join(f"0{n},2024-01-{n % 28 + 1:02}\n" for n in rows),
        "few.csv": "a,b\n1,x\n2,y\n",
        "index.csv": ",a\n" + "".join(f"{n},{n % 5}\n" for n in rows),
        "deep/typed.parquet": (tmp_path / "t.parquet").read_bytes(),
    }
    root = repository(tmp_path / "tables", files)
    said = begin(root)
    assert "warning" not in said
    assert {path.stem for path in (root / "schemas").iterdir()} == {
        name.split("/")[-1].split(".")[0] for name in files
    }
    assert 'csv = { encoding = "latin-1", delimiter = ";", decimal = "," }' in settings(root)
    assert 'columns."Größe"' in (root / "schemas/german.toml").read_text()
    assert 'type = "date"' in (root / "schemas/zip.toml").read_text()


def test_another_type_is_red_and_a_value_out_of_range_is_a_warning(plain: Path) -> None:
    begin(plain)
    (plain / "data.csv").write_text(TABLE + "61,999,a\n")
    assert "range:hour" in call(plain, "integrate", code=0).stdout
    (plain / "data.csv").write_text(TABLE + "61,noon,a\n")
    assert "type integer is declared, found string" in call(plain, "integrate", code=1).stdout


def test_without_a_terminal_and_without_yes_nothing_is_written(plain: Path) -> None:
    before = tree(plain)
    said = call(plain, "init").stdout
    assert "writes   schemas/data.toml" in said
    assert "nothing was written" in said
    assert tree(plain) == before


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", False)])
def test_on_a_terminal_it_asks(plain: Path, answer: str, written: bool) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    subprocess.run([sys.executable, "-m", "mlops_ext", "init"], cwd=plain, stdin=theirs, check=True)
    assert (plain / "mlops-ext.toml").exists() == written


def test_a_second_call_has_nothing_to_do(plain: Path) -> None:
    call(plain, "init", "--yes")
    before = tree(plain)
    assert "nothing to do" in call(plain, "init", "--yes").stdout
    assert tree(plain) == before


def test_nothing_that_is_there_is_overwritten(plain: Path) -> None:
    own = {
        "schemas/data.toml": "[columns.id]\n",
        ".pre-commit-config.yaml": "repos: []\n",
        "pyproject.toml": '[project]\r\nname = "plain"\r\n',
    }
    for name, text in own.items():
        (plain / name).parent.mkdir(exist_ok=True)
        (plain / name).write_bytes(text.encode())
    said = call(plain, "init", "--yes").stdout
    left = tree(plain)
    assert left["schemas/data.toml"].decode() == own["schemas/data.toml"]
    assert left[".pre-commit-config.yaml"].decode() == own[".pre-commit-config.yaml"]
    assert left["pyproject.toml"].decode().startswith(own["pyproject.toml"])
    assert b"\n" not in left["pyproject.toml"].replace(b"\r\n", b"")
    assert b'schema = "schemas/data.toml"' in left["pyproject.toml"]
    assert "id: mlops-ext-data" in said


@pytest.mark.parametrize("mode", ["before", "after"])
def test_killed_anywhere_and_called_again_the_same_is_left(plain: Path, tmp_path: Path, mode: str) -> None:
    (plain / "other.csv").write_text(TABLE)
    (plain / "train.py").write_text(f"import great_expectations\n{FOREST}")
    commit(plain)
    call(plain, "init", "--yes")
    whole = tree(plain)
    steps = len(set(whole) - {"data.csv", "other.csv", "train.py"})
    assert steps == 7
    for number in range(1, steps + 1):
        git(plain, "clean", "-qfd")
        launch = [sys.executable, LAUNCHER, tmp_path / "steps", mode, str(number), "init", "--yes"]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        killed = subprocess.run(launch, cwd=plain, env=env, capture_output=True)
        assert killed.returncode == -9
        call(plain, "init", "--yes")
        assert tree(plain) == whole


def test_its_json_has_the_published_form(plain: Path) -> None:
    schema = json.loads((ROOT / "docs/reference/schemas/init.json").read_text())
    for words, outcome in (((), "proposed"), (("--yes",), "written"), (("--yes",), "nothing to do")):
        said = json.loads(call(plain, "init", "--format", "json", *words).stdout)
        jsonschema.validate(said, schema)
        assert said["outcome"] == outcome


def test_the_hooks_for_pre_commit_are_commands_that_work(plain: Path) -> None:
    begin(plain)
    config = yaml.safe_load((plain / ".pre-commit-config.yaml").read_text())
    hooks = config["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["mlops-ext-settings", "mlops-ext-data", "mlops-ext-guard"]
    for hook in hooks:
        call(plain, *hook["entry"].split()[1:], code=0)


def test_what_is_passed_over_is_said(plain: Path) -> None:
    files = {
        "book.xlsx": "PK",
        "pointer.csv": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
        "numbers.csv": "1,2\n3,4\n",
        "empty.csv": "",
    }
    for name, text in files.items():
        (plain / name).write_text(text)
    said = call(plain, "init").stdout
    left_out = [line.removeprefix("left out ") for line in said.splitlines() if line.startswith("left out")]
    assert {line.partition(":")[0] for line in left_out} == {*files, "tests/training_adapter.py"}
    assert all(name not in line for name in files for line in said.splitlines() if "path =" in line)
    begin(plain)


def test_a_broken_table_is_red_with_its_line(plain: Path) -> None:
    (plain / "data.csv").write_text(TABLE + "1,2\n")
    said = begin(plain, code=1)
    assert "line 62 has 2 fields, the header has 3" in said


def test_tables_that_git_ignores_are_asked_only_where_they_are(plain: Path, tmp_path: Path) -> None:
    (plain / ".gitignore").write_text("/local/\n")
    (plain / "local").mkdir()
    (plain / "local" / "big.csv").write_text(TABLE)
    said = begin(plain)
    assert "60 rows, 3 columns of big" in said
    git(tmp_path, "clone", "-q", str(plain), "clone")
    assert "big" in call(tmp_path / "clone", "integrate", code=0).stdout


def test_the_time_for_tables_is_limited_and_the_rest_is_said(plain: Path) -> None:
    said = call(plain, "init", "--seconds", "0").stdout
    assert "data.csv: no schema" in said
    assert "--seconds gives more" in said
    assert 'path = "data.csv"' in said


def test_without_a_name_anywhere_the_folder_proposes_one(plain: Path) -> None:
    call(plain, "init", "--yes")
    assert 'name = "plain"' in settings(plain)


def test_in_a_second_worktree(plain: Path, tmp_path: Path) -> None:
    git(plain, "worktree", "add", "-q", str(tmp_path / "second"), "-b", "second")
    assert "60 rows" in begin(tmp_path / "second")
    assert not (plain / "mlops-ext.toml").exists()


def test_a_fit_that_is_plain_is_the_training_tests_adapter(plain: Path) -> None:
    (plain / "train.py").write_text(FOREST)
    begin(plain)
    assert 'data = "data"' in settings(plain)
    assert 'columns = { label = "kind" }' in settings(plain)
    fit = "import training_adapter as a, pandas as p; f = p.read_csv('data.csv');"
    fit += "print(a.fit(f.drop(columns='kind'), f.kind).n_estimators)"
    env = {**os.environ, "PYTHONPATH": "tests"}
    done = subprocess.run([sys.executable, "-c", fit], cwd=plain, env=env, capture_output=True, check=True)
    assert done.stdout == b"3\n"


def test_an_adapter_that_could_not_work_is_not_written(plain: Path) -> None:
    (plain / "train.py").write_text(FOREST.replace("kind", "hour"))
    said = call(plain, "init", "--yes").stdout
    assert "training_adapter.py: not written, train.py:5: column `kind` of data.csv is no number" in said
    assert not (plain / "tests").exists()


def test_a_first_suite_where_great_expectations_is_wanted(plain: Path) -> None:
    (plain / "check.py").write_text("import great_expectations as gx\n")
    said = begin(plain)
    assert (plain / "gx/expectations/data.json").is_file()
    assert "great-expectations" in said
    (plain / "data.csv").write_text(TABLE + "61,999,a\n")
    said = call(plain, "integrate", code=0).stdout
    assert [line.split()[1] for line in said.splitlines() if line.startswith("warning")] == [
        "schema",
        "great-expectations",
    ]
    (plain / "data.csv").write_text(TABLE + "62,,a\n")
    assert "hour" in call(plain, "integrate", code=1).stdout


STAGES = """stages:
  prepare:
    foreach: ${parts}
    do:
      cmd: cp ../raw.csv part-${item}.csv
      deps: [../raw.csv]
      outs: ['part-${item}.csv']
"""


@pytest.fixture
def with_dvc(tmp_path: Path) -> Path:
    """DVC in a sub-folder of the repository, with a second dvc.yaml, stages from a list, and a clone."""
    root = repository(
        tmp_path / "mono",
        {
            "README.md": "Several things live here.\n",
            "ml/raw.csv": TABLE,
            "ml/params.yaml": "parts: [a, b]\n",
            "ml/steps/params.yaml": "parts: [a, b]\n",
            "ml/steps/dvc.yaml": STAGES,
            "ml/dvc.yaml": "stages: {count: {cmd: wc -l raw.csv > n, deps: [raw.csv], outs: [n]}}\n",
        },
    )
    dvc(root / "ml", "init", "-q", "--subdir")
    dvc(root / "ml", "repro", "-q", "-P")
    commit(root)
    return root


def dvc(root: Path, *words: str) -> None:
    env = {**os.environ, "DVC_NO_ANALYTICS": "1"}
    subprocess.run([Path(sys.executable).with_name("dvc"), *words], cwd=root, env=env, check=True)


def test_dvc_in_a_sub_folder_is_found_from_above(with_dvc: Path) -> None:
    said = call(with_dvc, "init", "--yes").stdout
    assert "pipeline: steps/dvc.yaml, 2 stages" in said
    assert (with_dvc / "ml" / "mlops-ext.toml").exists()
    assert "--project ml " in (with_dvc / ".pre-commit-config.yaml").read_text()
    commit(with_dvc)
    said = call(with_dvc / "ml", "integrate", code=0).stdout
    assert "60 rows, 3 columns of part-a" in said
    assert "package" in said


def test_data_that_is_not_in_the_clone_is_the_cause_that_is_named(with_dvc: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(with_dvc), "clone")
    clone = tmp_path / "clone"
    said = call(clone, "init", "--yes").stdout
    assert "steps/part-a.csv: no schema, not here" in said
    commit(clone)
    said = call(clone / "ml", "integrate", code=3).stdout
    assert "neither here nor in the cache" in said
    assert "dvc pull" in said
