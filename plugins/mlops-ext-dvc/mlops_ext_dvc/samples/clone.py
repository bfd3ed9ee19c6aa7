"""A throw-away clone of the workspace: code as it lies there, a Git of its own, and no data yet."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from mlops_ext import durable, process
from mlops_ext_dvc.files import commits

# What `git rev-parse --local-env-vars` names: in a hook of Git they point at the team's repository.
LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
REFERENCES = ("refs/heads", "refs/tags", "refs/remotes")
MOST_COPIED = 200 << 20
OURS = ".mlops-ext"
CACHES = ("cache", "tmp")


def without_git(env: Mapping[str, str]) -> dict[str, str]:
    """The environment without variables that bind Git to one repository."""
    return {name: value for name, value in env.items() if name not in LOCAL}


def top_of(root: Path) -> Path | None:
    """The work tree that a folder lies in; None outside of Git."""
    found = _git(root, "rev-parse", "--show-toplevel")
    return Path(found.stdout.removesuffix("\n")) if found.code == 0 else None


def clone(top: Path, tree: Path) -> None:
    """With all references; whatever a step commits, stages or tags stays here, and there is no remote."""
    durable.step("write", _clone, top, tree)


def copy_plain(root: Path, tree: Path) -> None:
    """A project that is not in Git: all of it but what DVC and we keep for ourselves."""
    durable.step("write", shutil.copytree, root, tree, symlinks=True, ignore=_Ignore(root))


def _clone(top: Path, tree: Path) -> None:
    kind = _git(top, "rev-parse", "--show-object-format").stdout.strip() or "sha1"
    tree.mkdir(parents=True)
    _git(tree, "init", "-q", "--template=", f"--object-format={kind}").expect()
    _bring_objects(_path(top, "objects"), tree / ".git" / "objects")
    shallow = _path(top, "shallow")
    if shallow.is_file():
        shutil.copyfile(shallow, tree / ".git" / "shallow")
    _bring_references(top, tree)
    _copy_files(top, top, tree, tree)


def _bring_objects(theirs: Path, ours: Path) -> None:
    # Git touches the times of borrowed objects when a step writes the same ones: so they are copied.
    borrows = (theirs / "info" / "alternates").exists()
    if not borrows and _size(theirs) <= MOST_COPIED:
        shutil.copytree(theirs, ours, dirs_exist_ok=True)
        return
    (ours / "info").mkdir(parents=True, exist_ok=True)
    (ours / "info" / "alternates").write_text(f"{theirs}\n")


def _size(folder: Path) -> int:
    return sum(
        os.lstat(os.path.join(base, name)).st_size for base, _, names in os.walk(folder) for name in names
    )


def _bring_references(top: Path, tree: Path) -> None:
    branch = _git(top, "symbolic-ref", "-q", "HEAD").stdout.strip()
    commit = commits.commit(top)
    listed = _git(top, "for-each-ref", "--format=create %(refname) %(objectname)", *REFERENCES).expect()
    _git(tree, "update-ref", "--stdin", stdin=listed.stdout).expect()
    if branch:
        _git(tree, "symbolic-ref", "HEAD", branch).expect()
    elif commit:
        _git(tree, "update-ref", "--no-deref", "HEAD", commit).expect()
    if commit:
        _git(tree, "read-tree", "HEAD").expect()


def _copy_files(top: Path, folder: Path, tree: Path, target: Path) -> None:
    # What Git has and what is new and not ignored; of submodules and repositories inside the same.
    for name in _names(folder, tree):
        source, there = folder / name, target / name
        if not name or not os.path.lexists(source) or _is_ours(source, top):
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            there.symlink_to(_link(source, top, tree))
        elif source.is_dir():
            if (source / ".git").exists():
                _copy_files(top, source, tree, there)
        else:
            shutil.copy2(source, there)


def _names(folder: Path, tree: Path) -> Iterator[str]:
    # Bytes, since a name on disk need not be UTF-8.
    listed = tree / ".git" / "listed"
    words = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    _git(folder, *words, output=listed).expect()
    return map(os.fsdecode, dict.fromkeys(listed.read_bytes().split(b"\0")))


def _is_ours(path: Path, top: Path) -> bool:
    return OURS in path.relative_to(top).parts


def _link(path: Path, top: Path, tree: Path) -> str:
    """Links inside the workspace stay inside the clone; others lead where they led."""
    target = os.readlink(path)
    whole = Path(os.path.normpath(path.parent / target))
    if not whole.is_relative_to(top):
        return str(whole)
    return str(tree / whole.relative_to(top)) if os.path.isabs(target) else target


def _path(top: Path, name: str) -> Path:
    shown = _git(top, "rev-parse", "--path-format=absolute", "--git-path", name).expect().stdout
    return Path(shown.removesuffix("\n"))


def _git(folder: Path, *words: str, output: Path | None = None, stdin: str | None = None) -> process.Finished:
    env = without_git(os.environ) | {"GIT_OPTIONAL_LOCKS": "0"}
    return process.run(["git", *words], cwd=folder, env=env, output=output or "capture", stdin=stdin)


class _Ignore:
    def __init__(self, root: Path) -> None:
        self._root = root

    def __call__(self, folder: str, names: list[str]) -> set[str]:
        return set(self._found(Path(folder), names))

    def _found(self, folder: Path, names: list[str]) -> Iterator[str]:
        for name in names:
            own = folder == self._root / ".dvc" and name in CACHES
            if own or name == OURS or (folder / name / "pyvenv.cfg").exists():
                yield name
