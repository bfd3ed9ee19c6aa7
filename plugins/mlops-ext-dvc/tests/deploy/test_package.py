"""A revision's package is the same bytes anywhere, holds what Git holds, and is found again by its digest."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from mlops_ext import process
from mlops_ext.errors import MlopsExtError, RefusedError, UsageError
from mlops_ext_dvc.packages.package import fetch, package, require


def names(path):
    with tarfile.open(path) as tar:
        return [member.name for member in tar]


def read(path, name):
    with tarfile.open(path) as tar:
        return tar.extractfile(name).read()


def test_named_by_the_sha256_of_its_bytes(project):
    made = package(project.context(), "HEAD")
    content = Path(made.path).read_bytes()
    assert made.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert made.size == len(content)
    assert made.revision == project.git("rev-parse", "HEAD")
    assert Path(made.path) == project.root / ".mlops-ext" / "packages" / f"{made.digest[7:]}.tar"


def test_says_what_it_holds_and_nothing_of_the_machine(project):
    made = package(project.context(), "HEAD")
    manifest = json.loads(read(made.path, "mlops-ext-package/manifest.json"))
    assert manifest["commit"] == made.revision
    assert manifest["python"] == made.python == (project.root / ".python-version").read_text().strip()
    lock = read(made.path, "mlops-ext-package/environment.lock")
    assert lock == b"tiny-dep==1.0\n"
    assert made.environment == manifest["environment"] == f"sha256:{hashlib.sha256(lock).hexdigest()}"
    settings = json.loads(read(made.path, "mlops-ext-package/settings.json"))
    assert settings == {"plugins": ["dvc"], "data": {"rows": {"path": "data/rows.csv"}}}
    assert str(project.root).encode() not in Path(made.path).read_bytes()
    with tarfile.open(made.path) as tar:
        seconds = int(project.git("show", "-s", "--format=%ct", "HEAD"))
        facts = {(member.mtime, member.uid, member.gid, member.uname, member.gname) for member in tar}
        assert facts == {(seconds, 0, 0, "", "")}


def test_two_clones_with_other_habits_give_the_same_bytes(project, tmp_path, monkeypatch):
    odd = {
        "odd name ü.txt": "a\nb\n",
        "crlf.txt": "a\r\nb\r\n",
        "tool.sh": "#!/bin/sh\n",
        ".gitattributes": "*.md export-ignore\n*.txt text eol=crlf\n",
        "README.md": "kept\n",
    }
    project.write(odd)
    (project.root / "tool.sh").chmod(0o755)
    (project.root / "link").symlink_to("src/train.py")
    (project.root / os.fsdecode(b"no-utf8-\xff")).write_text("x")
    project.commit("odd things")
    first = package(project.context(), "HEAD")
    other = tmp_path / "elsewhere" / "clone"
    before = os.umask(0o077)
    try:
        habits = ["-c", "core.autocrlf=true", "-c", "tar.umask=077"]
        process.run(["git", "clone", "-q", *habits, str(project.root), str(other)], cwd=tmp_path).expect()
        second = package(replace(project.context(), root=other, top=other), "HEAD")
    finally:
        os.umask(before)
    assert first.digest == second.digest
    assert first.path != second.path
    assert {"README.md", "link", "odd name ü.txt"} <= set(names(first.path))
    with tarfile.open(first.path) as tar:
        assert tar.getmember("tool.sh").mode == 0o755
        assert tar.getmember("README.md").mode == 0o644
        assert tar.getmember("link").linkname == "src/train.py"


# One habit of a machine each: how it clones, what its Git is told, and what it does with files afterwards.
MACHINES = {
    "shallow": (("--depth", "1"), (), {}),
    "bare settings": ((), ("core.autocrlf=input", "core.eol=crlf", "core.fileMode=false"), {}),
    "names": ((), ("core.quotePath=true", "core.precomposeUnicode=true", "core.abbrev=4"), {}),
    "printing": (
        (),
        ("log.showSignature=true", "log.date=relative", "color.ui=always"),
        {"GIT_PAGER": "cat"},
    ),
    "locale": ((), (), {"LC_ALL": "C", "LANG": "C", "TZ": "Pacific/Chatham", "PYTHONUTF8": "0"}),
    "user": (
        (),
        ("user.name=Other", "user.email=o@example.org"),
        {"USER": "other", "SOURCE_DATE_EPOCH": "1"},
    ),
    "hash seed": ((), (), {"PYTHONHASHSEED": "7"}),
    "no work tree": (("--no-checkout",), (), {}),
    "single branch": (("--single-branch", "--no-tags"), ("gc.auto=1",), {}),
}
BUILD = """
import json, os, sys
os.umask(int(sys.argv[3], 8))
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import conftest
from mlops_ext_dvc.packages.package import package
root = Path(sys.argv[2])
print(package(conftest.Project(root, root.parent / "home").context(), "HEAD").digest)
"""


def built(root: Path, umask: str, **env: str) -> str:
    """The digest of HEAD's package, by a process of its own."""
    words = [sys.executable, "-W", "ignore", "-c", BUILD, str(Path(__file__).parent), str(root), umask]
    done = process.run(words, cwd=root.parent, env={**os.environ, **env})
    return done.expect().stdout.strip()


@pytest.mark.parametrize("habit", MACHINES)
def test_another_machine_gives_the_same_bytes(project, tmp_path, habit):
    words, config, env = MACHINES[habit]
    # In another order than that of their names.
    for name in ("z.txt", "B.txt", "a.txt", "ä.txt", "a/b.txt", "a-b.txt"):
        project.write({name: f"{name}\r\n"})
        project.commit(name)
    project.git("tag", "v1")
    other = tmp_path / f"another {habit}" / "Folder Ü"
    given = [part for one in config for part in ("-c", one)]
    clone = ["git", "clone", "-q", *given, *words, f"file://{project.root}", str(other)]
    process.run(clone, cwd=tmp_path).expect()
    for file in other.rglob("*"):
        os.utime(file, (1, 1), follow_symlinks=False)
    assert built(other, "077", **env) == built(project.root, "002")


def test_a_repository_that_is_packed_and_has_replaced_objects_gives_the_same_bytes(project, tmp_path):
    first = package(project.context(), "HEAD").digest
    other = project.git("commit-tree", "-m", "other", "-p", "HEAD", "HEAD^{tree}")
    project.git(
        "replace", project.git("rev-parse", "HEAD:pyproject.toml"), project.git("rev-parse", "HEAD:dvc.yaml")
    )
    project.git("replace", project.git("rev-parse", "HEAD"), other)
    project.git("gc", "-q")
    assert package(project.context(), "HEAD").digest == first


def test_holds_the_revision_and_not_the_workspace(project):
    first = package(project.context(), "HEAD")
    project.write(
        {"requirements.txt": "six==1.17.0\n", "src/train.py": "changed", "pyproject.toml": "[project]"}
    )
    assert package(project.context(), "HEAD").digest == first.digest
    project.commit("changed")
    assert package(project.context(), "HEAD").digest != first.digest
    assert package(project.context(), "HEAD~1").digest == first.digest


def test_project_in_a_folder_of_the_repository(project):
    outer = project.root / "services" / "ml"
    outer.mkdir(parents=True)
    for name in (
        ".dvc",
        ".dvcignore",
        "dvc.yaml",
        "dvc.lock",
        "pyproject.toml",
        "requirements.txt",
        "src",
        "data",
    ):
        if (project.root / name).exists():
            (project.root / name).rename(outer / name)
    project.write({"other.txt": "not ours"})
    project.commit("moved")
    made = package(project.context(root=outer), "HEAD")
    assert "dvc.yaml" in names(made.path)
    assert "other.txt" not in names(made.path)


def test_project_below_its_dvc_folder_takes_all_of_the_dvc_project(project):
    project.commit("sub", **{"part/pyproject.toml": "[tool.mlops-ext]\nplugins = ['ibis']\n"})
    made = package(project.context(root=project.root / "part"), "HEAD")
    assert {"dvc.yaml", "part/pyproject.toml"} <= set(names(made.path))
    assert json.loads(read(made.path, "mlops-ext-package/manifest.json"))["project"] == "part"
    assert json.loads(read(made.path, "mlops-ext-package/settings.json")) == {"plugins": ["ibis"]}


def test_submodules_are_refused_by_name(project, tmp_path):
    commit = project.git("rev-parse", "HEAD")
    project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor/lib")
    project.git("commit", "-q", "-m", "submodule")
    with pytest.raises(RefusedError, match="vendor/lib"):
        package(project.context(), "HEAD")


def test_unknown_revision_is_a_usage_error(project):
    with pytest.raises(UsageError, match="no-such"):
        package(project.context(), "no-such")


def test_without_dvc_there_is_nothing_to_run(project):
    project.git("rm", "-q", "-r", "--cached", ".dvc")
    project.git("commit", "-q", "-m", "no dvc")
    with pytest.raises(RefusedError, match="no DVC project"):
        package(project.context(), "HEAD")


def test_its_own_folder_is_taken(project):
    project.commit("clash", **{"mlops-ext-package/x": "y"})
    with pytest.raises(RefusedError, match="mlops-ext-package"):
        package(project.context(), "HEAD")


def test_found_again_where_it_is_kept(project):
    made = package(project.context(), "HEAD")
    assert fetch(project.context(), made.ref()) == Path(made.path)


def test_found_on_a_target_when_the_cache_was_emptied(project):
    made = package(project.context(), "HEAD")
    there = project.home / "test" / "releases" / made.digest[7:23] / "package.tar"
    there.parent.mkdir(parents=True)
    Path(made.path).rename(there)
    assert fetch(project.context(), made.ref()) == there


def test_built_again_from_its_revision(project):
    made = package(project.context(), "HEAD")
    project.commit("later", **{"later.txt": "x"})
    Path(made.path).write_bytes(b"damaged")
    found = fetch(project.context(), made.ref())
    assert hashlib.sha256(found.read_bytes()).hexdigest() == made.digest[7:]


def test_other_bytes_are_never_given(project):
    made = package(project.context(), "HEAD")
    wrong = replace_digest(made.ref(), "0" * 64)
    assert fetch(project.context(), wrong) is None
    with pytest.raises(MlopsExtError, match="neither here nor"):
        require(project.context(), wrong)


def replace_digest(ref, hexadecimal):
    import msgspec

    return msgspec.structs.replace(ref, digest=f"sha256:{hexadecimal}")
