"""Stores that are files or databases: the project's own, and a team's, which we neither make nor migrate."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from mlops_ext import durable, git
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_mlflow.settings import MlflowSettings
from mlops_ext_mlflow.store.uris import shown

DATABASE = "mlflow.db"
ARTIFACTS = "mlartifacts"
SQL = ("sqlite", "postgresql", "mysql", "mssql")
MIGRATE = "mlflow migrate-filestore --source mlruns --target sqlite:///mlflow.db"


def default_uri(root: Path) -> str:
    """The project's own store; an old `mlruns/` there is never passed over in silence."""
    if not (root / DATABASE).exists() and any((root / "mlruns").glob("*/meta.yaml")):
        raise SettingsError(
            "the project's runs are in MLflow's old file store", file="mlruns", hint=f"run: {MIGRATE}"
        )
    return f"sqlite:///{root / DATABASE}"


def absolute(uri: str, base: Path) -> str:
    """A relative SQLite path made absolute, so that it means one file in every folder."""
    if uri.startswith("sqlite:///") and not uri.startswith("sqlite:////"):
        return f"sqlite:///{(base / uri.removeprefix('sqlite:///')).resolve()}"
    return uri


def is_file(uri: str) -> bool:
    """Whether the store is a file on this machine."""
    return urlsplit(uri).scheme in {"", "file", "sqlite"}


def artifacts(uri: str, own: MlflowSettings, root: Path) -> str:
    """Where files go when no server decides: the settings', or a folder beside the SQLite file."""
    if own.artifacts:
        return own.artifacts if "://" in own.artifacts else str((root / own.artifacts).resolve())
    if urlsplit(uri).scheme == "sqlite":
        return str(Path(uri.removeprefix("sqlite:///")).parent / ARTIFACTS)
    raise SettingsError(
        f"{shown(uri)} is a database, and nothing says where artifacts go",
        key="tool.mlops-ext.mlflow.artifacts",
        hint="name a folder or bucket that every user of the database reaches",
    )


def prepare(uri: str, root: Path, say: Callable[[str], None]) -> None:
    """See that a database is there with this MLflow's schema; make only the project's own."""
    scheme = urlsplit(uri).scheme.partition("+")[0]
    if scheme in {"", "file"}:
        raise SettingsError(f"MLflow no longer uses file stores ({shown(uri)})", hint=f"run: {MIGRATE}")
    if scheme == "sqlite" and uri == f"sqlite:///{root / DATABASE}":
        _make(root / DATABASE, say)
    elif scheme == "sqlite" and not Path(uri.removeprefix("sqlite:///")).is_file():
        raise SettingsError(
            f"there is no database {shown(uri)}", hint=f"make it with: mlflow db upgrade {shown(uri)}"
        )
    if scheme in SQL:
        _same_schema(uri)


def _make(database: Path, say: Callable[[str], None]) -> None:
    if _revision_of_file(database):
        return
    with (database.parent / f"{database.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _revision_of_file(database):
            return
        git.exclude(database.parent, f"{DATABASE}*", f"{ARTIFACTS}/")
        say(f"making MLflow's store {database.name} in the project")
        new = database.with_name(f"{database.name}.{os.getpid()}.new")
        new.unlink(missing_ok=True)
        _make_tables(new, database.parent / ARTIFACTS)
        durable.rename(new, database)


def _make_tables(file: Path, folder: Path) -> None:
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    store = SqlAlchemyStore(f"sqlite:///{file}", str(folder))  # type: ignore[no-untyped-call]
    store.engine.dispose()


def _revision_of_file(database: Path) -> str:
    if not database.is_file():
        return ""
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        try:
            row = connection.execute("select version_num from alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.Error:
        return ""
    return str(row[0]) if row else ""


def _same_schema(uri: str) -> None:
    # MLflow upgrades a database with missing tables when it is opened, so we look before it does.
    from mlflow.store.db.utils import _get_latest_schema_revision

    found, wanted = _revision(uri), str(_get_latest_schema_revision())  # type: ignore[no-untyped-call]
    if found != wanted:
        raise CouldNotTellError(
            f"the database {shown(uri)} has schema {found or 'none'}, this MLflow has {wanted}",
            hint=f"take a copy, then: mlflow db upgrade {shown(uri)} (or use the MLflow that made it)",
        )


def _revision(uri: str) -> str:
    if uri.startswith("sqlite:"):
        return _revision_of_file(Path(uri.removeprefix("sqlite:///")))
    import sqlalchemy

    engine = sqlalchemy.create_engine(uri)
    try:
        with engine.connect() as connection:
            return str(
                connection.execute(sqlalchemy.text("select version_num from alembic_version")).scalar() or ""
            )
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise CouldNotTellError(
            f"the database {shown(uri)} did not answer: {type(error).__name__}"
        ) from error
    finally:
        engine.dispose()
