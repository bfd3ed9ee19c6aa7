"""F79: what will be committed is checked, whatever lies in the workspace, which stays as it is."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from calling import call, git
from functional.small import Small
from functional.tables import expect, one_screen
from functional.tracked import BAD, GOOD, SCHEMA, SETTINGS, STEP, look


def ask(small, *words, code, **env):
    """The answer of `integrate --staged`; everything outside of our cache stays byte for byte as it was."""
    before = look(small.root)
    done = small.call("integrate", "--staged", *words, code=code, **env)
    assert look(small.root) == before
    return one_screen(done.stdout + done.stderr)


def test_f79_a_clean_index_is_the_last_commit_and_passes(tracked):
    told = ask(tracked, code=0)
    assert "0 files differ from the last commit" in told
    assert "no record" not in told
    assert not list((tracked.root / ".mlops-ext").rglob("records/*"))


def test_f79_part_of_a_file_is_staged(tracked):
    tracked.write({"visits.toml": SCHEMA + '[columns.city]\ntype = "string"\n'})
    assert "integrate passed" in ask(tracked, "--only", "data", code=0), "the part that fails is not staged"
    git(tracked.root, "add", "visits.toml")
    tracked.write({"visits.toml": SCHEMA})
    told = ask(tracked, "--only", "data", code=1)
    assert "city" in told
    assert "mlops-ext integrate --staged --only data" in told


def test_f79_part_of_a_step_is_staged(tracked):
    tracked.write({"step.py": STEP.replace("last = 1", "last = 2")})
    assert "integrate passed" in ask(tracked, "--only", "pipeline", code=0)
    told = ask(tracked, "--only", "pipeline", "--plugins", "dvc", code=0)
    assert "not asked, since --plugins leaves them out: ibis" in told
    patch = git(tracked.root, "diff")
    tracked.write({"step.py": STEP.replace("first = 1", "first = 2")})
    subprocess.run(["git", "apply", "--cached"], cwd=tracked.root, input=patch, text=True, check=True)
    told = ask(tracked, "--only", "pipeline", code=1)
    assert "step.py is modified" in told


def test_f79_settings_that_are_broken_in_the_workspace_alone(tracked):
    tracked.write({"mlops-ext.toml": "plugin = []\n"})
    assert "integrate passed" in ask(tracked, "--only", "settings", code=0)
    git(tracked.root, "add", "mlops-ext.toml")
    tracked.write({"mlops-ext.toml": SETTINGS})
    assert "unknown key `plugin`" in ask(tracked, "--only", "settings", code=2)


def test_f79_on_a_runner_gates_are_read_from_the_base_and_not_from_what_is_staged(tracked):
    """As `pre-commit run` in CI is asked."""
    git(tracked.root, "branch", "trunk")
    tracked.write({"mlops-ext.toml": 'base = "trunk"\n' + SETTINGS + "minimum_rows = 2\n"})
    git(tracked.root, "commit", "-q", "-a", "-m", "base")
    git(tracked.root, "branch", "-f", "trunk")
    tracked.write({"mlops-ext.toml": 'base = "trunk"\n' + SETTINGS + "minimum_rows = 0\n"})
    git(tracked.root, "add", "mlops-ext.toml")
    ci = {"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/7/merge"}
    told = ask(tracked, "--only", "settings", code=0, **ci)
    assert "minimum_rows" in told


def test_f79_data_that_dvc_has_not_taken_yet_is_not_what_will_be_committed(tracked):
    tracked.write({"data/visits.csv": BAD})
    assert "integrate passed" in ask(tracked, "--only", "data", code=0)
    tracked.dvc("add", "-q", "data/visits.csv")
    assert "integrate passed" in ask(tracked, "--only", "data", code=0), "the pointer is not staged"
    git(tracked.root, "add", "data")
    tracked.write({"data/visits.csv": GOOD})
    assert "lie outside 0" in ask(tracked, "--only", "data", code=1)
    assert "data/visits.csv is modified" in ask(tracked, "--only", "pipeline", code=1)


def test_f79_bytes_that_only_the_workspace_has(tracked):
    tracked.write({"data/visits.csv": BAD})
    tracked.dvc("add", "-q", "--no-commit", "data/visits.csv")
    git(tracked.root, "add", "data")
    assert "lie outside 0" in ask(tracked, "--only", "data", code=1)
    tracked.write({"data/visits.csv": GOOD})
    told = ask(tracked, "--only", "data", code=3)
    assert "data/visits.csv is not here" in told


def test_f79_a_table_that_nobody_tracks(tracked):
    tracked.write({"more.csv": GOOD, "mlops-ext.toml": SETTINGS.replace("data/visits.csv", "more.csv")})
    git(tracked.root, "add", "mlops-ext.toml")
    told = ask(tracked, "--only", "data", code=3)
    assert "more.csv is here and is not staged" in told
    git(tracked.root, "add", "more.csv")
    assert "integrate passed" in ask(tracked, "--only", "data", code=0)
    git(tracked.root, "rm", "-q", "--cached", "more.csv")
    (tracked.root / ".gitignore").write_text((tracked.root / ".gitignore").read_text() + "more.csv\n")
    git(tracked.root, "add", ".gitignore")
    told = ask(tracked, "--only", "data", code=0)
    assert "it is checked as it lies here" in told


def test_f79_an_index_in_conflict_could_not_be_told(tracked):
    git(tracked.root, "checkout", "-q", "-b", "other")
    for branch, text in (("other", "1"), ("main", "2")):
        git(tracked.root, "checkout", "-q", branch)
        tracked.write({"step.py": text})
        git(tracked.root, "commit", "-q", "-a", "-m", branch)
    subprocess.run(["git", "merge", "-q", "other"], cwd=tracked.root, capture_output=True)
    told = ask(tracked, code=3)
    assert "step.py" in told
    assert "git add" in told


def test_f79_before_the_first_commit_and_without_settings(empty_store, tmp_path):
    made = Small(tmp_path / "new", empty_store)
    git(made.root, "update-ref", "-d", "HEAD")
    made.write({"mlops-ext.toml": 'name = "small"\nplugins = ["dvc"]\n'})
    git(made.root, "add", "-A")
    assert "integrate passed" in ask(made, code=0)
    git(made.root, "rm", "-q", "--cached", "mlops-ext.toml")
    assert "no settings in what is staged" in ask(made, code=2)


def test_f79_outside_of_git_nothing_is_staged(tmp_path, small):
    place = tmp_path / "plain"
    place.mkdir()
    (place / "mlops-ext.toml").write_text('name = "p"\nplugins = []\n')
    told = small.call("integrate", "--staged", "--project", str(place), code=2)
    assert "no work tree of Git" in told.stderr


def test_f79_in_a_hook_of_a_linked_work_tree_with_the_project_below(empty_store, tmp_path):
    made = Small(tmp_path / "small", empty_store, sub="model", settings='name = "small"\nplugins = ["dvc"]\n')
    linked = tmp_path / "linked"
    git(made.root, "worktree", "add", "-q", "-b", "linked", str(linked))
    hook = made.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexec python -m mlops_ext integrate --staged --project model\n")
    hook.chmod(0o755)
    (linked / "model" / "mlops-ext.toml").write_text('name = "small"\nplugins = ["dvc"]\nbas = "main"\n')
    (linked / "model" / "notes.txt").write_text("more")
    env = {**os.environ, **made.env}
    words = ["git", "commit", "-q", "-m", "more"]
    git(linked, "add", "model/notes.txt")
    done = subprocess.run(words, cwd=linked, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([*words, "-a"], cwd=linked, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "did you mean `base`?" in done.stdout + done.stderr
    git(linked, "add", "-A")
    (linked / "model" / "notes.txt").write_text("again")
    done = subprocess.run([*words, "model/notes.txt"], cwd=linked, env=env, capture_output=True, text=True)
    assert done.returncode == 0, "what is staged and not named is not committed" + done.stderr


def test_f79_bytes_that_this_machine_does_not_have_could_not_be_told(tracked):
    tracked.write({"data/2/b.csv": GOOD, "data/2/c.csv": BAD})
    tracked.dvc("add", "-q", "data/2")
    git(tracked.root, "add", "data")
    assert "integrate passed" in ask(tracked, "--only", "pipeline", code=0)
    lost = hashlib.md5(BAD.encode(), usedforsecurity=False).hexdigest()
    (tracked.root / ".dvc" / "cache" / "files" / "md5" / lost[:2] / lost[2:]).unlink()
    assert "integrate passed" in ask(tracked, "--only", "pipeline", code=0), "the workspace has all"
    (tracked.root / "data" / "2" / "c.csv").unlink()
    told = ask(tracked, "--only", "pipeline", code=3)
    assert "data/2 is neither here nor in the cache" in told
    assert "dvc pull" in told


def test_f79_nothing_to_check_only_where_nobody_asks(project):
    done = call(project, "integrate", "--staged", "--only", "data", "--only", "pipeline")
    assert "nothing to check" in done.stdout
    (project / "mlops-ext.toml").write_text(
        'name = "p"\nplugins = []\n[data.t]\npath = "t.csv"\nschema = "t.toml"\n'
    )
    (project / "t.csv").write_text("a\n1\n")
    git(project, "add", "mlops-ext.toml")
    done = call(project, "integrate", "--staged", "--only", "data", code=3)
    assert "nothing to check" not in done.stdout
    assert "t.csv is here and is not staged" in done.stdout


def test_f79_a_suite_and_a_table_that_git_has(table_project):
    suite = table_project.root / "gx" / "expectations" / "visits.json"
    good = suite.read_text()
    table_project.suite(expect("column_to_exist", column="no_such_column"))
    words = ("integrate", "--staged", "--only", "data")
    assert "integrate passed" in table_project.call(*words).stdout, "the suite that fails is not staged"
    table_project.git("add", "gx")
    suite.write_text(good)
    assert "no_such_column" in table_project.call(*words, code=1).stdout


def test_f79_the_teams_tests_of_what_is_staged_in_the_environment_of_the_workspace(project):
    (project / ".venv").symlink_to(Path(sys.prefix))
    (project / ".gitignore").write_text(".venv\n")
    settings = 'name = "p"\nplugins = []\npython = ".venv/bin/python"\n'
    (project / "mlops-ext.toml").write_text(settings)
    (project / "tests").mkdir()
    test = project / "tests" / "test_it.py"
    test.write_text("def test_it():\n    assert False, 'staged'\n")
    git(project, "add", "-A")
    test.write_text("def test_it():\n    pass\n")
    assert "staged" in call(project, "integrate", "--staged", "--only", "tests", code=1).stdout
    git(project, "add", "-A")
    assert "integrate passed" in call(project, "integrate", "--staged").stdout
