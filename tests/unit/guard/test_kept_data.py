"""What DVC keeps is refused by its place and by its bytes, whoever staged it and under whatever name."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from calling import commit, git, put

from mlops_ext.errors import EXIT_COULD_NOT_TELL, EXIT_NO, EXIT_YES, CouldNotTellError, UsageError
from mlops_ext.guard.ask import ask

TABLE = "id,price\n1,10\n2,20\n"
PIPELINE = """\
vars: [{where: made}]
stages:
  copy:
    cmd: python step.py
    deps: [data/visits.csv]
    outs: ["${where}/table.csv", plain.csv: {cache: false}, folder]
    metrics: [scores.json: {cache: false}, kept.json]
"""


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def pointer(path: str, text: str = TABLE, **more: object) -> str:
    out = {"md5": md5(text), "size": len(text), "hash": "md5", "path": path, **more}
    return json.dumps({"outs": [out]})


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("committed")
    for name, text in {
        ".dvc/config": "[core]\n    analytics = false\n",
        "data/visits.csv.dvc": pointer("visits.csv"),
        "raw.dvc": json.dumps({"wdir": "far", "outs": [{"md5": f"{md5('list')}.dir", "path": "raw"}]}),
        "dvc.yaml": PIPELINE,
        "README.md": "# Visits\n",
    }.items():
        put(root, name, text)
    git(root, "init", "-q", "--template=")
    (root / ".git" / "info").mkdir()
    commit(root)
    return root


@pytest.fixture
def repository(committed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(committed, tmp_path / "team"))


def staged(root: Path, **files: str) -> list[str]:
    """What is said of files that are staged, by place; keys have `__` for `/`."""
    for name, text in files.items():
        put(root, name, text)
    git(root, "add", "-A", "-f")
    outcome = ask(root)
    checks = [check for report in outcome.reports if report.question == "data" for check in report.checks]
    assert outcome.verdict.exit_code == (EXIT_NO if any(check.where for check in checks) else EXIT_YES)
    return [f"{check.where}: {check.message}" for check in checks if check.where]


@pytest.mark.parametrize(
    ("path", "said_by"),
    [
        ("data/visits.csv", "data/visits.csv.dvc"),
        ("far/raw/2024/a.csv", "raw.dvc"),
        ("made/table.csv", "dvc.yaml"),
        ("folder/deep/model.bin", "dvc.yaml"),
        ("kept.json", "dvc.yaml"),
    ],
)
def test_what_lies_where_dvc_keeps_it(repository, path, said_by):
    (said,) = staged(repository, **{path: "whatever\n"})
    assert said.startswith(f"{path}: ")
    assert said_by in said


@pytest.mark.parametrize("path", ["scores.json", "plain.csv", "data/other.csv", "raw/a.csv", "folders.txt"])
def test_what_git_may_have(repository, path):
    assert staged(repository, **{path: "whatever\n"}) == []


@pytest.mark.parametrize("path", ["tests/visits.csv", "copy.txt", "data/visits.csv.bak"])
def test_the_same_bytes_under_another_name(repository, path):
    (said,) = staged(repository, **{path: TABLE})
    assert (
        said
        == f"{path}: {path} has the bytes of data/visits.csv, which DVC keeps, as data/visits.csv.dvc says"
    )


def test_a_pointer_that_is_not_staged_yet_counts(repository):
    put(repository, "new.csv.dvc", pointer("new.csv", "n\n1\n"))
    put(repository, "new.csv", "n\n1\n")
    git(repository, "add", "new.csv")
    outcome = ask(repository)
    assert outcome.verdict.exit_code == EXIT_NO


def test_data_that_leaves_dvc_in_the_same_commit_may_go_into_git(repository):
    git(repository, "rm", "-q", "data/visits.csv.dvc")
    assert staged(repository, **{"data/visits.csv": TABLE}) == []


def test_bytes_of_a_file_inside_a_folder_that_dvc_keeps(repository):
    listed = json.dumps([{"md5": md5("inner\n"), "relpath": "b/inner.csv"}])
    digest = md5("list")
    put(repository, ".git/info/exclude", "/.dvc/cache\n")
    put(repository, f".dvc/cache/files/md5/{digest[:2]}/{digest[2:]}.dir", listed)
    put(repository, "elsewhere.csv", "inner\n")
    git(repository, "add", "elsewhere.csv")
    (check,) = ask(repository).reports[0].checks
    assert "far/raw/b/inner.csv" in check.message


def test_last_run_outputs_are_known_by_their_bytes(repository):
    out = {"path": "made/table.csv", "md5": md5("a\n"), "size": 2}
    plain = {"path": "plain.csv", "md5": md5("b\n"), "size": 2}
    put(repository, "dvc.lock", json.dumps({"stages": {"copy": {"outs": [out, plain]}}}))
    commit(repository)
    (said,) = staged(repository, **{"x.txt": "a\n", "y.txt": "b\n"})
    assert said.startswith("x.txt: ")


def test_a_template_that_can_t_be_filled_is_what_the_last_run_made_of_it(repository):
    put(repository, "dvc.yaml", "stages: {a: {cmd: x, outs: ['${far.away}', b.csv: {cache: false}]}}")
    outs = [{"path": "deep/a.csv", "md5": md5("a\n")}, {"path": "b.csv", "md5": md5("b\n")}]
    put(repository, "dvc.lock", json.dumps({"stages": {"a": {"outs": outs}}}))
    commit(repository)
    (said,) = staged(repository, **{"deep/a.csv": "other\n", "b.csv": "other\n"})
    assert said.startswith("deep/a.csv: ")


@pytest.mark.parametrize("cache", ["", "../.store", "elsewhere"])
def test_dvcs_own_cache(repository, cache):
    if cache:
        put(repository, ".dvc/config", f"[cache]\n    dir = {cache}\n")
    folder = {"": ".dvc/cache", "../.store": ".store", "elsewhere": ".dvc/elsewhere"}[cache]
    (said,) = staged(
        repository, **{f"{folder}/files/md5/ab/cd": "bytes", f"{folder}/files/md5/ab/ef": "more"}
    )
    assert f"{folder} is this machine's own copy" in said


def test_a_project_below_the_top(repository):
    put(repository, "ml/.dvc/config", "")
    put(repository, "ml/dvc.yaml", "stages: {a: {cmd: x, outs: [out.csv], wdir: work}}")
    (said,) = staged(repository, **{"ml/work/out.csv": "1\n"})
    assert "ml/dvc.yaml" in said


def test_only_what_is_staged_decides(repository):
    put(repository, "data/visits.csv", TABLE)
    put(repository, "README.md", "# More\n")
    git(repository, "add", "README.md")
    outcome = ask(repository)
    assert outcome.verdict.passed
    assert "in 1 file of what is staged" in outcome.summary


def test_with_nothing_staged_the_last_commit_is_asked(repository):
    git(repository, "add", "-A")
    put(repository, "kept.json", "{}")
    commit(repository)
    outcome = ask(repository)
    assert outcome.verdict.exit_code == EXIT_NO
    assert "of the last commit" in outcome.summary


def test_before_the_first_commit(repository):
    git(repository, "update-ref", "-d", "HEAD")
    assert staged(repository) == []
    assert len(staged(repository, **{"kept.json": "{}"})) == 1


@pytest.mark.parametrize("file", ["dvc.yaml", "more.dvc", "dvc.lock"])
def test_a_file_of_dvc_that_is_no_yaml_could_not_be_told(repository, file):
    put(repository, file, "a: [\n")
    git(repository, "add", "-A")
    outcome = ask(repository)
    assert outcome.verdict.exit_code == EXIT_COULD_NOT_TELL
    (fault,) = [report.fault for report in outcome.reports if report.fault]
    assert fault.where.startswith(file)


def test_an_index_in_conflict_could_not_be_told(repository):
    git(repository, "checkout", "-q", "-b", "other")
    for branch in ("other", "master"):
        git(repository, "checkout", "-q", "-B", branch, "HEAD" if branch == "other" else "HEAD~1")
        put(repository, "README.md", branch)
        commit(repository)
    with pytest.raises(CalledProcessError):
        git(repository, "merge", "-q", "other")
    with pytest.raises(CouldNotTellError, match=r"README\.md"):
        ask(repository)


def test_in_a_hook_it_is_what_the_commit_takes_that_counts(repository):
    """Git gives a hook an index of its own for `commit -a` and for `commit PATH`."""
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec {sys.executable} -m mlops_ext guard\n")
    hook.chmod(0o755)
    put(repository, "README.md", "# More\n")
    put(repository, "kept.json", "{}")
    git(repository, "add", "-N", "kept.json")
    assert refused(repository, "-a", "-m", "all")
    assert refused(repository / "data", "-m", "below", "../kept.json")
    git(repository, "add", "kept.json")
    assert not refused(repository, "-m", "that alone", "README.md")
    linked = repository.parent / "linked"
    git(repository, "worktree", "add", "-q", "-b", "linked", str(linked))
    put(linked, "folder/x.csv", "1\n")
    git(linked, "add", "-A")
    assert refused(linked, "-m", "linked")


def refused(folder: Path, *words: str) -> bool:
    done = subprocess.run(["git", "commit", "-q", *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 or "must not go into Git" in done.stdout + done.stderr
    return done.returncode != 0


def test_outside_of_git_nothing_is_staged(tmp_path):
    with pytest.raises(UsageError, match="no work tree of Git"):
        ask(tmp_path)


def test_what_is_not_text_and_what_is_large(repository):
    assert staged(repository, **{"picture.png": "\0\1" * 3_000_000, "link": ""}) == []
    (repository / "data" / "visits.csv").symlink_to("../.dvc/cache/files/md5/ab/cd")
    assert len(staged(repository)) == 1
