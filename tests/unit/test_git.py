"""What Git says, and that nothing of ours gets into a commit by `git add .`."""

from __future__ import annotations

import pytest
from calling import commit
from calling import git as run_git

from mlops_ext import git
from mlops_ext.errors import CouldNotTellError


def test_the_state_changes_with_every_kind_of_change(project):
    (project / "tracked.txt").write_text("one")
    commit(project)
    seen = {git.state(project)}
    (project / "tracked.txt").write_text("two")
    seen.add(git.state(project))
    run_git(project, "add", "tracked.txt")
    seen.add(git.state(project))
    (project / "new.txt").write_text("a")
    seen.add(git.state(project))
    (project / "new.txt").write_text("b")
    seen.add(git.state(project))
    commit(project)
    seen.add(git.state(project))
    assert len(seen) == 6
    assert git.state(project) in seen


def test_a_revision_that_is_not_there_could_not_be_told(project):
    with pytest.raises(CouldNotTellError) as caught:
        git.commit(project, "no-such-branch")
    assert "fetch-depth" in caught.value.hint


def test_a_repository_without_a_commit_could_not_be_told(tmp_path):
    run_git(tmp_path, "init", "-q")
    with pytest.raises(CouldNotTellError):
        git.commit(tmp_path)


def test_excluded_files_are_not_added(project):
    git.exclude(project, "store.db*", "artifacts/")
    git.exclude(project, "store.db*", "artifacts/")
    (project / "store.db").write_text("x")
    (project / "store.db.lock").write_text("x")
    (project / "artifacts").mkdir()
    (project / "artifacts" / "a").write_text("x")
    assert git.is_clean(project)
    lines = (project / ".git" / "info" / "exclude").read_text().splitlines()
    assert lines.count("store.db*") == 1


def test_outside_of_git_nothing_is_excluded(tmp_path):
    git.exclude(tmp_path, "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://host/team/flights.git", "flights"),
        ("git@host:team/flights.git", "flights"),
        ("../flights/", "flights"),
    ],
)
def test_the_name_of_the_origin(project, url, name):
    run_git(project, "remote", "add", "origin", url)
    assert git.origin_name(project) == name


def test_the_base_is_the_setting_the_remote_s_default_or_main(project, tmp_path):
    run_git(project, "branch", "release")
    assert git.find_base(project, "release") == "release"
    assert git.find_base(project) == "main"
    run_git(tmp_path, "clone", "-q", str(project), "clone")
    assert git.find_base(tmp_path / "clone") == "origin/main"
    assert git.find_base(tmp_path / "clone", "release") == "origin/release"


@pytest.mark.parametrize(
    ("words", "revision", "said"),
    [
        ((), "HEAD", "this is no Git repository"),
        (("init", "-q"), "HEAD", "nothing is committed here yet"),
        (("clone", "-q", "{project}", "."), "v9", "revision `v9` is not in this clone"),
    ],
)
def test_why_a_revision_is_not_here(project, tmp_path_factory, words, revision, said):
    root = tmp_path_factory.mktemp("elsewhere")
    if words:
        run_git(root, *(word.format(project=project) for word in words))
    with pytest.raises(CouldNotTellError, match=said):
        git.commit(root, revision)


def test_a_base_that_is_not_here_is_no_other_revision(project):
    with pytest.raises(CouldNotTellError, match="base revision release is not in this clone"):
        git.base_branch(project, "release")
    run_git(project, "branch", "-m", "work")
    assert git.find_base(project) == ""
    with pytest.raises(CouldNotTellError, match="no base revision is known"):
        git.base_branch(project)
    run_git(project, "remote", "add", "origin", "../nowhere")
    with pytest.raises(CouldNotTellError) as raised:
        git.base_branch(project)
    assert "fetch-depth: 0" in raised.value.hint


def test_a_file_at_a_revision(project):
    (project / "a.txt").write_text("old")
    commit(project)
    (project / "a.txt").write_text("new")
    assert git.show(project, "HEAD", "a.txt") == "old"
    assert git.show(project, "HEAD", "b.txt") is None
