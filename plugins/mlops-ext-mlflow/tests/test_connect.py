"""First contact: bounded, told apart, without secrets; the project's own database made once, no other."""

from __future__ import annotations

import contextlib
import http.server
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mlflow_fakes import make_context

from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_mlflow import setup
from mlops_ext_mlflow.store import connect, home
from mlops_ext_mlflow.store.uris import shown, without_userinfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_ext.contract.context import Context

PAGE = b"<html>sign in</html>"


@contextlib.contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that gives every request the same answer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://somebody:hunter2@127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """A port that takes connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def within(root: Path, uri: str, seconds: float) -> Context:
    """A context of a project with that server and that patience."""
    context = make_context(root, uri)
    context.desk.own_settings["contact_seconds"] = seconds  # type: ignore[attr-defined]
    return context


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b"{}", "not authorised"),
        (403, b"{}", "not authorised"),
        (403, b"Invalid Host header - possible DNS rebinding attack detected", "refuses to be called"),
        (200, PAGE, "is not an MLflow server"),
        (404, PAGE, "is not an MLflow server"),
    ],
)
def test_who_answers_is_told(tmp_path: Path, status: int, body: bytes, words: str) -> None:
    began = time.monotonic()
    with answering(status, body) as uri, pytest.raises(CouldNotTellError, match=words) as told:
        connect.connect(within(tmp_path, uri, 20))
    assert time.monotonic() - began < 10
    assert "hunter2" not in f"{told.value} {told.value.hint}"
    assert "127.0.0.1" in str(told.value)


@pytest.mark.parametrize("status", [500, 503])
def test_errors_are_asked_again_within_the_budget(tmp_path: Path, status: int) -> None:
    began = time.monotonic()
    with (
        answering(status, b"oops") as uri,
        pytest.raises(CouldNotTellError, match=rf"tries, the last: status {status}"),
    ):
        connect.connect(within(tmp_path, uri, 2))
    assert 1.5 < time.monotonic() - began < 8


def test_nobody_and_silence_end_within_the_budget(tmp_path: Path) -> None:
    began = time.monotonic()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(CouldNotTellError, match="Connection refused"):
            connect.connect(within(tmp_path, f"http://127.0.0.1:{port}", 1))
    with silent() as uri, pytest.raises(CouldNotTellError, match="no answer from MLflow"):
        connect.connect(within(tmp_path, uri, 2))
    assert time.monotonic() - began < 12


def test_a_server_that_goes_away_later_is_bounded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(200, b'{"experiment": {}, "experiments": []}') as uri:
        from mlops_ext_mlflow.store import patience

        monkeypatch.setattr(
            patience, "PATIENCE", {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "1"}
        )
        began = time.monotonic()
        with pytest.raises(CouldNotTellError) as told:
            connect.connect(within(tmp_path, uri, 5))
        assert "hunter2" not in str(told.value)
        assert time.monotonic() - began < 20
    assert "MLFLOW_HTTP_REQUEST_TIMEOUT" not in os.environ


def test_a_real_server_answers(server: str, tmp_path: Path) -> None:
    store = connect.connect(make_context(tmp_path, server))
    assert not store.local
    assert store.artifacts == ""
    checks = {check.name: check.status for check in setup.check(make_context(tmp_path, server)).checks}
    assert checks == {"MLflow answers": "pass", "store-lasts": "pass"}


def test_the_projects_own_database_is_local_and_says_so(context: Context) -> None:
    checks = {check.name: check for check in setup.check(context).checks}
    assert checks["MLflow answers"].status == "pass"
    assert (checks["store-lasts"].status, checks["store-lasts"].severity) == ("fail", "info")


def test_setup_tells_a_store_that_does_not_answer(tmp_path: Path) -> None:
    with answering(200, PAGE) as uri:
        checks = setup.check(within(tmp_path, uri, 5)).checks
    assert checks[0].status == "error"


def test_four_at_once_make_one_database(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from mlflow_fakes import make_context\n"
        "from mlops_ext_mlflow.store.connect import connect\n"
        "connect(make_context(Path(sys.argv[1]))).client.create_experiment(sys.argv[2])\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    words = [sys.executable, "-c", script, str(tmp_path)]
    running = [subprocess.Popen([*words, f"x{index}"], env=env, stderr=subprocess.PIPE) for index in range(4)]
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()[-1500:]
    assert sorted(path.name for path in tmp_path.iterdir() if ".new" in path.name) == []
    names = {e.name for e in connect.connect(make_context(tmp_path)).client.search_experiments()}
    assert names >= {"x0", "x1", "x2", "x3"}


def test_a_teams_database_is_neither_made_nor_migrated(template: Path, tmp_path: Path) -> None:
    absent = tmp_path / "team.db"
    with pytest.raises(SettingsError, match="there is no database"):
        connect.connect(make_context(tmp_path, f"sqlite:///{absent}"))
    assert not absent.exists()
    old = tmp_path / "old.db"
    shutil.copy(template / "mlflow.db", old)
    with contextlib.closing(sqlite3.connect(old)) as database:
        database.execute("update alembic_version set version_num = '0123456789ab'")
        database.execute("drop table registered_model_aliases")
        database.commit()
    before = old.read_bytes()
    with pytest.raises(
        CouldNotTellError, match=r"has schema 0123456789ab, this MLflow has [0-9a-f]{12}"
    ) as told:
        connect.connect(make_context(tmp_path, f"sqlite:///{old}"))
    assert "mlflow db upgrade" in told.value.hint
    assert old.read_bytes() == before
    old.write_bytes(b"no database at all")
    with pytest.raises(CouldNotTellError, match="has schema none"):
        connect.connect(make_context(tmp_path, f"sqlite:///{old}"))


def test_the_old_file_store_is_never_passed_over(tmp_path: Path) -> None:
    for uri in ("./mlruns", f"file://{tmp_path}/mlruns"):
        with pytest.raises(SettingsError) as told:
            connect.connect(make_context(tmp_path, uri))
        assert "migrate-filestore" in told.value.hint
    (tmp_path / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").write_text("name: Default\n")
    with pytest.raises(SettingsError, match="old file store"):
        connect.connect(make_context(tmp_path))
    assert not (tmp_path / "mlflow.db").exists()


def test_the_environment_names_the_store_and_the_settings_win(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlops_ext_mlflow.settings import MlflowSettings

    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://a:1")
    monkeypatch.chdir(project)
    context = make_context(project)
    assert connect.uris(context, MlflowSettings()) == ("http://a:1", "http://a:1")
    assert connect.uris(context, MlflowSettings(tracking_uri="http://b:2")) == ("http://b:2", "http://b:2")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///some.db")
    assert connect.uris(context, MlflowSettings())[0] == f"sqlite:///{project / 'some.db'}"
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert connect.uris(context, MlflowSettings())[0] == home.default_uri(project)


def test_a_database_without_a_place_for_files_is_a_settings_error(project: Path) -> None:
    from mlops_ext_mlflow.settings import MlflowSettings

    with pytest.raises(SettingsError) as told:
        home.artifacts("postgresql://u:secret@db/mlflow", MlflowSettings(), project)
    assert "secret" not in str(told.value)
    own = MlflowSettings(artifacts="s3://bucket/mlflow")
    assert home.artifacts("postgresql://db/mlflow", own, project) == "s3://bucket/mlflow"


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("http://u:p@h:1/x?token=1#y", "http://h:1/x"),
        ("sqlite:////a/b.db", "sqlite:////a/b.db"),
        ("postgresql://u:p@h/db?sslpassword=x", "postgresql://h/db"),
    ],
)
def test_uris_are_shown_without_secrets(uri: str, seen: str) -> None:
    assert shown(uri) == seen
    assert without_userinfo(f"failed at {uri} for me@x.org").count("u:p") == 0


def test_nothing_of_mlflow_is_imported_by_the_hooks_module() -> None:
    heavy = ("mlflow", "numpy", "pandas", "pyarrow")
    script = f"import sys, mlops_ext_mlflow.hooks; print([m for m in {heavy} if m in sys.modules])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    out = subprocess.run(
        [sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True
    ).stdout
    assert out.strip() == "[]"


def test_telemetry_is_off_before_mlflow_is_imported(project: Path) -> None:
    # MLflow is quiet by itself under pytest and CI, so the child has neither.
    script = (
        "import socket, sys; from pathlib import Path; asked = []\n"
        "look = socket.getaddrinfo\n"
        "socket.getaddrinfo = lambda host, *a, **k: (asked.append(host), look(host, *a, **k))[1]\n"
        "from mlflow_fakes import make_context; from mlops_ext_mlflow.store.connect import connect\n"
        "client = connect(make_context(Path(sys.argv[1]))).client\n"
        "client.create_registered_model('m'); import time; time.sleep(1.5); print(asked)\n"
    )
    env = {
        k: v
        for k, v in os.environ.items()
        if k not in ("CI", "GITHUB_ACTIONS", "PYTEST_CURRENT_TEST", "PYTEST_VERSION")
    }
    env = {k: v for k, v in env.items() if not k.startswith("MLFLOW") and k != "DO_NOT_TRACK"}
    env["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", script, str(project)], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.splitlines()[-1] == "[]"
