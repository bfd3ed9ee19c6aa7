"""The index as a tree of its own, of whatever kind the index and the repository are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from calling import commit, git

from mlops_ext.errors import CouldNotTellError, UsageError
from mlops_ext.git import by_folder, find_base
from mlops_ext.staged import staged


@pytest.fixture
def repository(tmp_path):
    """A repository of three files, one of them changed and staged, and changed again."""
    root = tmp_path / "team" / "repository"
    (root / "sub").mkdir(parents=True)
    git(root, "init", "-q")
    for name in ("a.txt", "sub/b.txt", "gone.txt"):
        (root / name).write_text(f"{name} one\n")
    commit(root)
    (root / "a.txt").write_text("staged\n")
    git(root, "add", "a.txt")
    (root / "a.txt").write_text("not staged\n")
    return root


def files(top: Path) -> dict[str, str]:
    """The files of a tree without Git's own."""
    paths = (path for path in top.rglob("*") if ".git" not in path.parts and path.is_file())
    return {path.relative_to(top).as_posix(): path.read_text() for path in paths}


STAGED = {"a.txt": "staged\n", "sub/b.txt": "sub/b.txt one\n", "gone.txt": "gone.txt one\n"}


def test_the_index_and_not_the_workspace(repository):
    with staged(repository / "sub") as copy:
        assert files(copy.top) == STAGED
        assert copy.changed == ("a.txt",)
        assert copy.there(repository / "sub") == copy.top / "sub"
        assert copy.back(copy.top / "sub") == repository / "sub"
        assert git(copy.top, "status", "--porcelain") == ""
        assert git(copy.top, "rev-parse", "--show-toplevel").strip() == str(copy.top)
    assert not copy.top.exists()
    assert (repository / "a.txt").read_text() == "not staged\n"


def split(root):
    git(root, "config", "core.splitIndex", "true")
    git(root, "update-index", "--split-index")
    (root / "a.txt").write_text("staged\n")
    git(root, "add", "a.txt")


def sparse(root):
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "nothing")
    assert not (root / "sub").exists()


def intended(root):
    (root / "new.txt").write_text("later\n")
    git(root, "add", "-N", "new.txt")


def watched(root):
    hook = root / ".git" / "hooks" / "post-index-change"
    hook.write_text("#!/bin/sh\ntouch called\n")
    hook.chmod(0o755)


@pytest.mark.parametrize("kind", [split, sparse, intended, watched])
def test_an_index_of_another_kind(repository, kind):
    kind(repository)
    (repository / "called").unlink(missing_ok=True)
    with staged(repository) as copy:
        assert files(copy.top) == STAGED
    assert not (repository / "called").exists()


def test_a_repository_of_another_hash(tmp_path):
    git(tmp_path, "init", "-q", "--object-format=sha256")
    (tmp_path / "a.txt").write_text("a")
    git(tmp_path, "add", "-A")
    with staged(tmp_path) as copy:
        assert files(copy.top) == {"a.txt": "a"}
        assert copy.changed == ("a.txt",), "all is new before the first commit"


def test_line_endings_and_modes_are_those_of_a_checkout(repository):
    (repository / ".gitattributes").write_text("a.txt eol=crlf\n")
    (repository / "run.sh").write_text("#!/bin/sh\n")
    (repository / "run.sh").chmod(0o755)
    (repository / "link").symlink_to("run.sh")
    git(repository, "add", ".gitattributes", "run.sh", "link")
    with staged(repository) as copy:
        assert (copy.top / "a.txt").read_bytes() == b"staged\r\n"
        assert os.access(copy.top / "run.sh", os.X_OK)
        assert os.readlink(copy.top / "link") == "run.sh"


def test_another_index_as_git_names_it_to_a_hook(repository, monkeypatch):
    """`git commit FILE` commits those files alone, by an index that it makes for it."""
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other")
    git(repository, "read-tree", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    said = by_folder()
    assert set(said) == {"GIT_INDEX_FILE", "GIT_DIR"}
    assert "GIT_DIR" not in os.environ
    with staged(repository / "sub", said["GIT_INDEX_FILE"]) as copy:
        assert files(copy.top)["a.txt"] == "a.txt one\n"
        assert copy.changed == ()


def test_branches_are_those_of_the_repository_and_none_is_what_is_staged(repository):
    main, first = git(repository, "branch", "--show-current").strip(), git(repository, "rev-parse", "HEAD")
    git(repository, "branch", "other/deep")
    git(repository, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    git(repository, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    with staged(repository) as copy:
        assert find_base(copy.top) == "origin/trunk"
        assert {git(copy.top, "rev-parse", name) for name in (main, "other/deep", "origin/trunk")} == {first}
        assert git(copy.top, "rev-parse", "HEAD~1") == first
        assert git(copy.top, "show", f"{main}:a.txt") == "a.txt one\n"


def test_a_clone_without_its_history(repository, tmp_path):
    (repository / "b.txt").write_text("more\n")
    commit(repository)
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), "shallow")
    with staged(tmp_path / "shallow") as copy:
        assert git(copy.top, "rev-list", "--count", "HEAD").strip() == "2"


def test_what_is_removed_from_the_index_is_not_there(repository):
    git(repository, "rm", "-q", "--cached", "gone.txt", "sub/b.txt")
    with staged(repository) as copy:
        assert set(files(copy.top)) == {"a.txt"}
        assert copy.there(repository / "sub") == copy.top, "the nearest folder that is staged"


def test_a_path_that_leads_out_stays_in_what_is_removed(repository):
    with staged(repository) as copy:
        assert (copy.top / ".." / "..").resolve() == copy.top.parents[1]
        assert copy.top.as_posix().endswith(repository.as_posix())


def test_a_conflict_and_a_folder_without_git(repository, tmp_path):
    git(repository, "stash", "-q")
    for name in ("one", "two"):
        git(repository, "checkout", "-q", "-b", name, "main")
        (repository / "a.txt").write_text(name)
        commit(repository)
    subprocess.run(["git", "merge", "-q", "one"], cwd=repository, capture_output=True)
    with pytest.raises(CouldNotTellError, match=r"a\.txt"), staged(repository):
        pass
    with pytest.raises(UsageError, match="no work tree"), staged(tmp_path):
        pass
