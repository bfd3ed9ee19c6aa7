"""A Git server over HTTP and an S3 stand-in, each in a thread of the tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keeping.gitserver import git_server
from keeping.team import Team
from mlops_ext_mlflow.store import home

S3 = """\
[core]
    remote = team
['remote "team"']
    url = s3://team/dvc
    endpointurl = {endpoint}
"""
FOLDER = """\
[core]
    remote = team
['remote "team"']
    url = ../../remote
"""
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of MLflow without rows; to make one takes seconds."""
    file = tmp_path_factory.mktemp("tables") / "mlflow.db"
    home._make_tables(file, file.parent / home.ARTIFACTS)
    return file


@pytest.fixture
def made_before(tables: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New databases are copies."""
    monkeypatch.setattr(home, "_make_tables", lambda file, _folder: shutil.copy(tables, file))


@pytest.fixture
def git_url(tmp_path: Path) -> Iterator[str]:
    """The URL of a server of the bare repositories in the test's folder."""
    with git_server(tmp_path) as url:
        yield url


@pytest.fixture
def team(tmp_path: Path, git_url: str) -> Team:
    """Data in a folder."""
    remote = tmp_path / "remote"
    read = lambda path: (remote / path).read_bytes()  # noqa: E731 - as for the other
    return Team(tmp_path, git_url, read).found(FOLDER)


@pytest.fixture
def s3_endpoint() -> Iterator[str]:
    """The address of an object store."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> Callable[[str], bytes]:
    """Reads what is in the bucket below DVC's remote."""
    return _bucket(s3_endpoint)


@pytest.fixture
def s3_team(tmp_path: Path, git_url: str, s3_endpoint: str, bucket: Callable[[str], bytes]) -> Team:
    """Data in an object store."""
    return Team(tmp_path, git_url, bucket, KEYS).found(S3.format(endpoint=s3_endpoint))


def _bucket(endpoint: str) -> Callable[[str], bytes]:
    """Makes the bucket; reads what is there."""
    import boto3

    words = {key.lower(): value for key, value in KEYS.items() if "KEY" in key}
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **words)
    client.create_bucket(Bucket="team")
    return lambda path: client.get_object(Bucket="team", Key=f"dvc/{path}")["Body"].read()
