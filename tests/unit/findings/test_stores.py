"""Where data and runs are kept: remotes, tracking servers, file stores, databases, old projects."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from .conftest import LookAt, told

ELSEWHERE, SHORT = "remote-of-another-machine", "remote-does-not-last"
STORE = "refused-file-store"
PIN = {"requirements.txt": "mlflow==3.17.2\npandas==3.0\n"}


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        (r"C:\Users\me\dvc", ELSEWHERE),
        ("D:/dvc-store", ELSEWHERE),
        (r"\\nas\share\dvc", ELSEWHERE),
        ("/home/me/dvc", ELSEWHERE),
        ("/Users/me/dvc", ELSEWHERE),
        ("file:///home/me/dvc", ELSEWHERE),
        ("/mnt/c/dvc", ELSEWHERE),
        ("/content/drive/MyDrive/dvc", ELSEWHERE),
        ("ssh://me@localhost/srv/dvc", ELSEWHERE),
        ("/tmp/dvc", SHORT),
        ("/private/tmp/dvc", SHORT),
        ("../store", SHORT),
    ],
)
def test_remotes_that_others_do_not_have(look_at: LookAt, url: str, rule: str) -> None:
    config = f"[core]\n    remote = r\n['remote \"r\"']\n    url = {url}\n"
    assert told(look_at({".dvc/config": config})) == [f"{rule} .dvc/config:4"]


@pytest.mark.parametrize(
    "url",
    [
        "s3://home/tmp",
        "gdrive://1OAF",
        "https://example.org/a.dvc",
        "/mnt/nas/dvc",
        "/srv/dvc",
        "../../dvc-store",
        "me@host:/srv/dvc",
    ],
)
def test_remotes_that_all_may_reach(look_at: LookAt, url: str) -> None:
    config = f"['remote \"r\"']\n    url = {url}\n# url = C:\\dvc\n"
    assert look_at({".dvc/config": config}) == []


def test_what_config_local_says_is_ones_own(look_at: LookAt) -> None:
    files = {".dvc/config": "", ".dvc/.gitignore": "/config.local\n"}
    assert look_at(files, here={".dvc/config.local": "['remote \"r\"']\n    url = /home/me\n"}) == []


def test_a_cache_on_another_machine(look_at: LookAt) -> None:
    assert told(look_at({".dvc/config": "[cache]\n    dir = /home/me/cache\n"})) == [
        f"{ELSEWHERE} .dvc/config:2"
    ]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("train.py", "import mlflow\nmlflow.set_tracking_uri('http://127.0.0.1:5000')\n", 2),
        ("train.py", "import mlflow as m\nURI = 'http://localhost:5000'\nm.set_tracking_uri(URI)\n", 2),
        ("train.py", "from mlflow import MlflowClient\nMlflowClient(tracking_uri='http://0.0.0.0:80')\n", 2),
        ("train.py", "import os\nos.environ['MLFLOW_TRACKING_URI'] = 'http://localhost:5000'\n", 2),
        ("config.py", "class Config:\n    tracking_uri: str = 'http://localhost:5000'\n", 2),
        ("params.yaml", "mlflow:\n  tracking_uri: http://localhost:5000\n", 2),
        ("conf/config.toml", '[mlflow]\ntracking_uri = "http://localhost:5000"\n', 2),
        ("config.json", '{\n  "mlflow_tracking_uri": "http://localhost:5000"\n}\n', 2),
        (".env", "MLFLOW_TRACKING_URI=http://localhost:5000\n", 1),
        ("run.sh", "export MLFLOW_TRACKING_URI=http://localhost:5000\n", 1),
        ("Dockerfile", "FROM python\nENV MLFLOW_TRACKING_URI=http://localhost:5000\n", 2),
        (
            "docker-compose.yml",
            "services:\n  a:\n    environment:\n      - MLFLOW_TRACKING_URI=http://localhost:5000\n",
            4,
        ),
        (".github/workflows/a.yml", "env:\n  MLFLOW_TRACKING_URI: http://localhost:5000\njobs: {}\n", 2),
    ],
)
def test_tracking_servers_on_localhost(look_at: LookAt, path: str, text: str, line: int) -> None:
    assert told(look_at({path: text, **PIN})) == [f"localhost-tracking {path}:{line}"]


@pytest.mark.parametrize(
    "code",
    [
        "import mlflow, os\nmlflow.set_tracking_uri(os.getenv('MLFLOW_TRACKING_URI', 'http://localhost:5000'))\n",
        "def train(x, tracking_uri='http://localhost:5000'):\n    pass\n",
        "parser.add_argument('--tracking-uri', default='http://localhost:5000')\n",
    ],
)
def test_localhost_as_the_fallback_is_only_told(look_at: LookAt, code: str) -> None:
    (found,) = look_at({"train.py": code, **PIN})
    assert (found.name, found.severity) == ("localhost-tracking", "info")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("train.py", "import mlflow\n# mlflow.set_tracking_uri('http://localhost:5000')\n"),
        ("train.py", "import mlflow\nmlflow.set_tracking_uri('https://mlflow.example.org')\n"),
        ("serve.py", "URL = 'http://localhost:8000/predict'\n"),
        ("tests/test_a.py", "import mlflow\nmlflow.set_tracking_uri('http://localhost:5000')\n"),
        ("params.yaml", "database:\n  url: http://localhost:5432\n"),
        ("README.md", "mlflow.set_tracking_uri('http://localhost:5000')\n"),
        (
            ".github/workflows/a.yml",
            "env:\n  MLFLOW_TRACKING_URI: http://localhost:5000\n"
            "jobs:\n  a:\n    steps:\n    - run: mlflow server &\n",
        ),
    ],
)
def test_localhost_where_it_is_right(look_at: LookAt, path: str, text: str) -> None:
    assert look_at({path: text, **PIN}) == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("train.py", "import mlflow\nmlflow.set_tracking_uri('file:./mlruns')\n", 2),
        ("train.py", "import mlflow\nmlflow.set_tracking_uri('./mlruns')\n", 2),
        ("train.py", "import mlflow\nmlflow.set_tracking_uri('mlruns')\n", 2),
        ("train.py", "import mlflow\nmlflow.set_tracking_uri(uri='/data/mlruns')\n", 2),
        (
            "train.py",
            "import mlflow\nfrom pathlib import Path\nmlflow.set_tracking_uri(Path('x').as_uri())\n",
            3,
        ),
        ("train.py", "import mlflow, os\nmlflow.set_tracking_uri(f'file://{os.getcwd()}/mlruns')\n", 2),
        ("train.py", "import mlflow, os\nmlflow.set_tracking_uri('file://' + os.getcwd())\n", 2),
        ("train.py", "import mlflow\nmlflow.set_tracking_uri(str(ROOT / 'mlruns'))\n", 2),
        ("train.py", "import mlflow, os\nmlflow.set_tracking_uri(os.path.join(here, 'mlruns'))\n", 2),
        ("conf/mlflow.yml", "mlflow_tracking_uri: mlruns\n", 1),
        (".env", "MLFLOW_TRACKING_URI=file:///data/mlruns\n", 1),
        ("Makefile", "ui:\n\tmlflow ui --backend-store-uri ./mlruns\n", 2),
    ],
)
def test_file_stores_that_mlflow_refuses(look_at: LookAt, path: str, text: str, line: int) -> None:
    found = look_at({path: text, **PIN})
    assert (told(found), found[0].severity) == ([f"{STORE} {path}:{line}"], "critical")


def test_a_file_store_under_a_pin_that_still_takes_it(look_at: LookAt) -> None:
    code = "import mlflow\nmlflow.set_tracking_uri('file:./mlruns')\n"
    (found,) = look_at({"train.py": code, "requirements.txt": "mlflow==2.11.0\nsetuptools==69.1\n"})
    assert (found.name, found.severity) == (STORE, "warning")


@pytest.mark.parametrize(
    "text",
    [
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///mlflow.db')\n",
        "import mlflow\nmlflow.set_tracking_uri('databricks')\n",
        "import mlflow\n'file:./mlruns'\n",
        "import mlflow, os\nmlflow.set_tracking_uri(os.environ['MLFLOW_TRACKING_URI'])\n",
        "MLFLOW_EXPERIMENT = 'a/b'\n",
        "mlflow_artifact_uri = './artifacts'\nmlflow_model_uri = 'models/m'\n",
    ],
)
def test_stores_that_are_no_file_stores(look_at: LookAt, text: str) -> None:
    assert look_at({"train.py": text, **PIN}) == []


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (
            {"great_expectations/great_expectations.yml": "config_version: 3.0\n"},
            "great_expectations/great_expectations.yml:1",
        ),
        ({"gx/great_expectations.yml": "# ours\nconfig_version: 3.0\n"}, "gx/great_expectations.yml:2"),
        (
            {"ml/great_expectations/great_expectations.yml": "config_version: 2\n"},
            "ml/great_expectations/great_expectations.yml:1",
        ),
        (
            {"great_expectations/great_expectations.yml": "config_version: 4.0\n"},
            "great_expectations/great_expectations.yml:1",
        ),
        ({"check.py": "import great_expectations as ge\ndf = ge.from_pandas(1)\n"}, "check.py:2"),
        (
            {"check.py": "from great_expectations.data_context import DataContext\nDataContext()\n"},
            "check.py:2",
        ),
    ],
)
def test_f47_great_expectations_before_1(look_at: LookAt, files: dict[str, str], place: str) -> None:
    assert told(look_at({**files, **PIN})) == [f"gx-before-1 {place}"]


@pytest.mark.parametrize(
    "files",
    [
        {"gx/great_expectations.yml": "config_version: 4.0\n"},
        {"check.py": "import great_expectations as gx\ngx.get_context(mode='ephemeral')\n"},
        {"great_expectations/README.md": "config_version: 3\n"},
    ],
)
def test_great_expectations_of_today(look_at: LookAt, files: dict[str, str]) -> None:
    assert look_at({**files, **PIN}) == []


@pytest.fixture
def database(tmp_path: Path) -> bytes:
    """The bytes of an empty SQLite database with one table."""
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("CREATE TABLE runs (id)")
    connection.close()
    return (tmp_path / "x.db").read_bytes()


def test_databases_are_known_by_their_bytes(look_at: LookAt, database: bytes) -> None:
    duck = b"\0" * 8 + b"DUCK" + b"\0" * 20
    found = look_at(
        {
            "mlflow.db": database,
            "store/runs": database,
            "a.duckdb": duck,
            "notes.db": "text\n",
            "b.sqlite": "",
        }
    )
    assert told(found) == [f"committed-database {path}:1" for path in ("a.duckdb", "mlflow.db", "store/runs")]


def test_a_database_that_git_ignores_or_lfs_holds(look_at: LookAt, database: bytes) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
    (found,) = look_at({"x.db": pointer, ".gitignore": "mlflow.db\n", "tests/data/t.db": database})
    assert (found.where, found.severity) == ("tests/data/t.db:1", "info")


def test_runs_of_mlflow_in_git(look_at: LookAt) -> None:
    files = {"src/mlruns/0/meta.yaml": "a: 1\n", "src/mlruns/0/r/params/x": "1"}
    assert told(look_at(files)) == ["committed-mlruns src/mlruns/0/meta.yaml:1"]


def test_a_folder_that_is_only_called_so(look_at: LookAt) -> None:
    assert look_at({"mlruns/README.md": "not here\n", "docs/mlruns.md": "x\n"}) == []
