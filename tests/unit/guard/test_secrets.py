"""Secrets in what is new: found by form and by value, told without being shown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from calling import commit, git

from mlops_ext.errors import EXIT_NO
from mlops_ext.guard.ask import ask
from mlops_ext.guard.forms import DVC_KEYS

# In two parts, so that no scanner of anybody's finds one here.
SECRETS = {
    "an access key of AWS": "AKIA" + "IOSFODNN7EXAMPLE",
    "a secret key of AWS": "aws_secret_access_key = " + "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "a token of GitHub": "ghp" + "_" + "a1B2" * 9,
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a token of Hugging Face": "hf" + "_" + "aB3" * 12,
    "a key of Google": "AIza" + "aB-_9" * 7,
    "a key of Azure": "AccountKey" + "=" + "a/B+" * 21 + "aB==",
    "a token of Databricks": "dapi" + "0a" * 16,
    "a token of Slack": "xoxb" + "-123456789012-abcdefABCDEF",
    "a signed token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0NSJ9.c2lnbmF0dXJlLi4uLg-_XYZ",
    "a password in a URL": "postgresql://mlflow:" + "tr0ub4dor@db.example/mlflow",
}
HARMLESS = (
    "postgresql://mlflow:${PASSWORD}@db/mlflow",
    "https://user@host/path and mail me@host",
    "postgresql://user:password@localhost/db",
    "see https://docs.example/a:b/c@v1",
    "secret_access_key = os.environ[NAME]",
    "sk-learn-" + "a" * 10,
    "sha256:" + "0a" * 32,
    "token: ${{ secrets.GITHUB_TOKEN }}",
)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("committed")
    git(root, "init", "-q", "--template=")
    (root / "README.md").write_text("# Team\n")
    commit(root)
    return root


@pytest.fixture
def repository(committed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = Path(shutil.copytree(committed, tmp_path / "team"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return root


def found(root: Path, name: str, text: str | bytes, *, add: bool = True) -> list[str]:
    """What is said of secrets once a file is staged."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    if add:
        git(root, "add", "-f", name)
    outcome = ask(root)
    checks = [check for report in outcome.reports if report.question == "secrets" for check in report.checks]
    said = [check.message for check in checks if check.where]
    assert outcome.verdict.exit_code == (EXIT_NO if said else 0)
    return said


@pytest.mark.parametrize(("what", "secret"), SECRETS.items())
def test_each_form(repository, what, secret):
    said = found(repository, "src/run.py", f"first = 1\nkey = '{secret}'\n")
    assert said == [f"src/run.py:2 holds {what}"]
    assert found(repository, "src/run.py", json.dumps({"a": secret})) == [f"src/run.py:1 holds {what}"]


@pytest.mark.parametrize("line", HARMLESS)
def test_what_only_looks_like_one(repository, line):
    assert found(repository, "notes.txt", line) == []


def test_a_line_that_was_there_before_is_not_told_again(repository):
    lines = [f"key = '{SECRETS['an access key of AWS']}'"]
    (repository / "run.py").write_text("\n".join(lines))
    commit(repository)
    assert found(repository, "run.py", "\n".join([*lines, "more = 1"])) == []
    assert len(found(repository, "run.py", "\n".join([*lines, f"two = '{SECRETS['a key of Google']}'"]))) == 1
    assert found(repository, "other.py", lines[0]), "another file is another place"


def test_a_mark_says_that_it_is_none(repository):
    line = f"key = '{SECRETS['an access key of AWS']}'  # pragma: allowlist secret"
    assert found(repository, "run.py", line) == []


def test_secrets_in_the_configuration_that_is_committed(repository):
    keys = sorted(DVC_KEYS)
    text = "['remote \"store\"']\n" + "".join(f"    {key} = x9\n" for key in keys)
    wanted = [
        f"ml/.dvc/config:{line} holds `{key}` of remote store" for line, key in enumerate(keys, start=2)
    ]
    assert found(repository, "ml/.dvc/config", text) == wanted


def test_settings_of_dvc_that_are_no_secrets(repository):
    text = "[core]\n    remote = store\n['remote \"store\"']\n    url = s3://bucket\n    profile = team\n"
    assert found(repository, ".dvc/config", text) == []


def test_the_configuration_of_one_machine(repository):
    assert found(repository, ".dvc/config.local", "[core]\n    remote = mine\n")


@pytest.mark.parametrize("form", ["x = '{}'", "https://host/?key={}", "\0binary{}\0"])
def test_what_dvc_has_on_this_machine_is_found_in_any_form(repository, form):
    value = "correct horse battery"
    local = repository / ".dvc" / "config.local"
    local.parent.mkdir()
    local.write_text(f"['remote \"store\"']\n    password = {value}\n")
    (said,) = found(repository, "anything", form.format(value))
    assert "`password` of remote store, which DVC has from config.local" in said
    assert value not in said


def test_what_the_environment_holds_is_found(repository, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "quite-a-password")
    (said,) = found(repository, "run.py", "auth('me', 'quite-a-password')")
    assert said == "run.py:1 holds the value of MLFLOW_TRACKING_PASSWORD"


@pytest.mark.parametrize("name", [".env", "ml/.env.production", "prod.env"])
def test_an_environment_file_with_a_secret(repository, name):
    text = "HOST=db\nDB_PASSWORD=hunter2hunter2\nAPI_KEY=${API_KEY}\nTOKEN=\n"
    assert found(repository, name, text) == [f"{name}:2 holds a secret of an environment file"]


def test_an_example_of_an_environment_file_holds_none(repository):
    assert found(repository, ".env.example", "DB_PASSWORD=change-me-please\n") == []


def test_only_what_is_staged_counts(repository):
    (repository / "notes.txt").write_text("x")
    git(repository, "add", "notes.txt")
    assert found(repository, "notes.txt", SECRETS["a token of GitHub"], add=False) == []


def test_no_secret_is_shown(repository, capsys, monkeypatch):
    from mlops_ext import signals
    from mlops_ext.cli import main

    # Pytest's process keeps its own handlers.
    monkeypatch.setattr(signals, "treat_alike", lambda: None)
    for number, secret in enumerate(SECRETS.values()):
        (repository / f"{number}.py").write_text(f"key = '{secret}'\n")
    git(repository, "add", "-A")
    for form in ("text", "json", "github"):
        assert main(["guard", "--project", str(repository), "--format", form, "--verbose"]) == EXIT_NO
        said = "".join(capsys.readouterr())
        assert "10.py" in said
        assert not [secret for secret in SECRETS.values() if secret in said]
