"""DVC's cache on this machine: where it is, and the bytes of a hash in it."""

from __future__ import annotations

import configparser
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlops_ext.errors import CouldNotTellError, SettingsError


def find_root(folder: Path) -> Path:
    """The DVC project that a folder belongs to."""
    for above in (folder, *folder.parents):
        if (above / ".dvc").is_dir():
            return above
    raise SettingsError(
        "this is not a DVC project", file=str(folder), hint="run `dvc init` where dvc.yaml lies"
    )


def cache_folder(root: Path) -> Path:
    """The folder of the cache, as the configuration says or `.dvc/cache`."""
    found = root / ".dvc" / "cache"
    for file, sections in _configurations(root):
        folder = sections.get("cache", {}).get("dir", "")
        if folder:
            found = file.parent / os.path.expanduser(folder)
    return Path(os.path.normpath(found))


def option(root: Path, section: str, name: str) -> str:
    """A value of DVC's configuration, the nearest one; empty where nobody set it."""
    found = ""
    for _, sections in _configurations(root):
        found = sections.get(section, {}).get(name, found)
    return found


def remotes(root: Path) -> tuple[str, ...]:
    """The names of the remotes, the default one first."""
    names, default = [], ""
    for _, sections in _configurations(root):
        default = sections.get("core", {}).get("remote", default)
        names += [name.split('"')[1] for name in sections if "remote" in name and '"' in name]
    return tuple(sorted(dict.fromkeys(names), key=lambda name: name != default))


def in_cache(root: Path, md5: str) -> bool:
    """Whether all bytes of a hash are in the cache; of a folder, those of each file too."""
    found = _object(root, md5)
    if found is None:
        return False
    return not md5.endswith(".dir") or all(_object(root, file) for file in manifest(found).values())


def file_of(root: Path, md5: str) -> Path | None:
    """The cached file of a hash."""
    return _object(root, md5)


def manifest(file: Path) -> dict[str, str]:
    """Of a cached folder: the hashes of its files by their relative names."""
    try:
        rows = json.loads(file.read_bytes())
        return {str(row["relpath"]): str(row["md5"]) for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = "the list of a folder in DVC's cache can't be read"
        raise CouldNotTellError(message, where=str(file), hint="remove it and run `dvc fetch`") from error


def _object(root: Path, md5: str) -> Path | None:
    # DVC 2 kept its files one level higher; both places are read, as DVC does.
    cache = cache_folder(root)
    for folder in (cache / "files" / "md5", cache):
        file = folder / md5[:2] / md5[2:]
        if len(md5) > 2 and file.is_file():
            return file
    return None


def _configurations(root: Path) -> Iterator[tuple[Path, Mapping[str, Mapping[str, str]]]]:
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    user = Path(os.environ.get("DVC_GLOBAL_CONFIG_DIR") or Path(home, "dvc")) / "config"
    for file in (user, root / ".dvc" / "config", root / ".dvc" / "config.local"):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read(file, encoding="utf-8")
        except configparser.Error as error:
            raise SettingsError("DVC's configuration can't be read", file=str(file)) from error
        yield file, {name.strip("'"): dict(parser[name]) for name in parser.sections()}
