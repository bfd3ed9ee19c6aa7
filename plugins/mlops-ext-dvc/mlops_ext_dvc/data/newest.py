"""Newer bytes of a table: a file, a folder, a URL, or the pointer at the tip of the protected branch."""

from __future__ import annotations

import os
import shutil
import urllib.parse
import urllib.request
from pathlib import Path

from mlops_ext import durable, process
from mlops_ext.contract.context import Context
from mlops_ext.contract.data import DataRef
from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc.data import fetch, tables
from mlops_ext_dvc.data.revision import at_revision
from mlops_ext_dvc.files import commits, hashes

TIMEOUT = 60.0


def place(context: Context, name: str) -> Path | None:
    """Where the newest bytes lie on this machine; None for the pointer of the protected branch."""
    source = context.settings.data[name].source
    if not source:
        return None
    url = urllib.parse.urlsplit(source)
    if url.scheme in ("http", "https"):
        return _download(context, name, source)
    if url.scheme not in ("", "file"):
        hint = "a path, file:// or http(s)://; other stores by `dvc import-url`"
        raise SettingsError(f"{url.scheme} is no source", key=f"data.{name}.source", hint=hint)
    path = context.root / (urllib.parse.unquote(url.path) if url.scheme else os.path.expanduser(source))
    return _chosen(context, name, path)


def resolve(context: Context, name: str) -> DataRef | None:
    """The newest bytes with their md5; None where the settings have no such table."""
    if name not in context.settings.data:
        return None
    settings = context.settings.data[name]
    path = place(context, name)
    if path is None:
        return at_revision(context, name, commits.branch(context) or "HEAD")
    seen = hashes.HashCache(context.state / "dvc" / "md5.json")
    digest = f"md5:{seen.md5(path)}"
    seen.save()
    return tables.reference(name, settings, str(path), digest)


def _chosen(context: Context, name: str, path: Path) -> Path:
    where = f"data.{name}.source"
    if not path.exists():
        message = f"nothing is at {context.relative(path)}"
        raise CouldNotTellError(message, where=where, hint="is the source mounted?")
    if not path.is_dir() or not Path(context.settings.data[name].path).suffix:
        return path
    # A folder of deliveries for a table of one file: the one that came last.
    files = [file for file in path.iterdir() if file.is_file() and not file.name.startswith(".")]
    if not files:
        raise CouldNotTellError(f"no file is in {context.relative(path)}", where=where)
    return max(files, key=lambda file: (file.stat().st_mtime_ns, file.name))


def _download(context: Context, name: str, url: str) -> Path:
    folder = context.state / "dvc" / "newest" / name
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".download.{os.getpid()}"
    patience = min(context.left(), TIMEOUT)
    try:
        # Only http and https come here.
        with urllib.request.urlopen(url, timeout=patience) as answer, temporary.open("wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file)
    except (OSError, ValueError) as error:
        temporary.unlink(missing_ok=True)
        message = f"{process.without_secrets(url)} did not answer: {process.without_secrets(str(error))}"
        raise CouldNotTellError(message, where=f"data.{name}.source") from error
    target = folder / hashes.md5_file(temporary) / (fetch.name_of(urllib.parse.urlsplit(url).path) or name)
    durable.rename(temporary, target)
    return target
