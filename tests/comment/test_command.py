"""`mlops-ext comment`: an answer is a claim of the change's own job, and checked against event and Git."""

from __future__ import annotations

import json
import re
import shutil
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from calling import call, commit, git

REVIEWER = """
import os
import msgspec
from mlops_ext.contract.review import Posted

PLUGIN = Plugin(name="reviewer", roles=("review",))

@hookimpl
def mlops_validate_pipeline(context):
    status = "fail" if (context.root / "bad").exists() else "pass"
    return Report(question="pipeline", checks=(Check(name="all is well", status=status, where="train.py:3"),))

@hookimpl
def mlops_post_review(context, review):
    with open(os.environ["SHOWN"], "wb") as file:
        file.write(msgspec.json.encode(review))
    if os.environ.get("HOW") == "raised":
        raise OSError("no route")
    how = os.environ.get("HOW", "created")
    why = "the token lacks pull-requests: write\\n::error::x" if how == "skipped" else ""
    return Posted(how=how, uri="https://example.org/1", why=why)
"""
REGISTRY = """
from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.refs import Metric

PLUGIN = Plugin(name="registry", roles=("registry",))
KNOWN = (Metric(name="auc", value=0.75),)

@hookimpl
def mlops_find_model(context, selector):
    assert selector == "delay@champion"
    {served}
"""
SETTINGS = """name = "flights"
plugins = ["reviewer"]
[models.delay.release]
margin = 0.005
[targets.production]
approval = true
"""
DATA = '[data.flights]\npath = "flights.csv"\nschema = "flights.toml"\n'


class Change:
    """A repository with a protected base, and a change to it whose answer a trusted clone reads."""

    def __init__(self, folder: Path, settings: str = SETTINGS) -> None:
        self.folder, self.origin, self.answer = folder, folder / "origin", folder / "answer"
        self.trusted, self.shown = folder / "trusted", folder / "review.json"
        self.origin.mkdir()
        self.write("mlops-ext.toml", settings)
        self.write("flights.toml", '[columns.a]\ntype = "integer"\n')
        git(self.origin, "init", "-q", "-b", "main")
        self.base = self.head = commit(self.origin)
        git(self.origin, "switch", "-q", "-c", "change")

    def write(self, name: str, text: str) -> None:
        (self.origin / name).write_text(text)

    def push(self, head: str = "", **env: str) -> str:
        """Integrate as the change's own job does; the head is what GitHub calls so."""
        self.head = head or commit(self.origin)
        call(self.origin, "integrate", "--save", str(self.answer), code=None, **env)
        git(self.origin, "update-ref", "refs/pull/7/head", self.head)
        git(self.origin, "update-ref", "refs/pull/7/merge", "HEAD")
        git(self.origin, "switch", "-q", "main")
        git(self.origin, "branch", "-q", "-D", "change")
        return self.head

    def comment(self, *words: str, head: str = "", code: int = 0, **env: str) -> Any:
        """What the trusted job says: it has the default branch alone."""
        if not self.trusted.exists():
            git(self.folder, "clone", "-q", self.origin.as_uri(), "trusted")
        known = ("--answer", str(self.answer), "--change", "7", "--commit", head or self.head)
        return call(self.trusted, "comment", *known, *words, code=code, SHOWN=str(self.shown), **env)

    @property
    def review(self) -> Any:
        """What was to be shown."""
        return json.loads(self.shown.read_text())

    def edit(self, **parts: Any) -> None:
        """Change the answer as a hostile job would."""
        path = self.answer / "answer.json"
        said = json.loads(path.read_text())
        result = parts.pop("result", {})
        path.write_text(json.dumps({**said, **parts, "result": {**said["result"], **result}}))


@pytest.fixture(autouse=True)
def _reviewer(plugins):
    plugins("reviewer", REVIEWER)


@pytest.fixture
def fresh(tmp_path):
    """A repository of the test's own."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    return Change(folder)


@pytest.fixture(scope="module")
def _made():
    """Integrated once; nothing changes it."""
    return []


@pytest.fixture
def change(_made, tmp_path, tmp_path_factory):
    """A change that passed: the repository is shared, answer and trusted clone are the test's own."""
    if not _made:
        _made.append(Change(tmp_path_factory.mktemp("made")))
        _made[0].push()
    own = copy(_made[0])
    shutil.copytree(own.answer, tmp_path / "answer")
    own.folder, own.answer = tmp_path, tmp_path / "answer"
    own.trusted, own.shown = tmp_path / "trusted", tmp_path / "review.json"
    return own


def test_a_passed_change_is_said_to_be(change):
    done = change.comment("--conclusion", "success")
    assert done.stdout.startswith("comment created: https://example.org/1\n")
    shown = change.review
    assert (shown["change"], shown["commit"], shown["verdict"]) == (7, change.head, "pass")
    assert shown["body"].startswith("<!-- mlops-ext:integrate flights -->\n### ✅ integrate passed\n")


def test_acceptance_9_what_loosens_gates_is_said_first_and_read_from_git(tmp_path):
    change = Change(tmp_path, SETTINGS + DATA)
    change.write("mlops-ext.toml", SETTINGS.replace("0.005", "0.05").replace("true", "false") + DATA)
    (change.origin / "flights.toml").unlink()
    change.push()
    change.edit(loosened=[], changed=[])
    change.comment()
    first = change.review["body"].splitlines()[1]
    assert first.startswith("**This change loosens a gate:** ")
    assert "`models.delay.release.margin 0.005 to 0.05`" in first
    assert "`targets.production.approval true to false`" in first
    assert "`flights.toml deleted`" in first


@pytest.mark.parametrize("word", ["failure", "cancelled", "anything"])
def test_a_job_that_did_not_succeed_has_not_passed(change, word):
    change.comment("--conclusion", word)
    assert change.review["verdict"] == "error"
    assert "### ⚠️ integrate could not tell" in change.review["body"]
    assert f"the job ended with {word}" in change.review["body"]


def test_an_answer_of_the_merge_is_one_of_the_commit(fresh):
    head = commit(fresh.origin)
    git(fresh.origin, "switch", "-q", "main")
    fresh.write("other.txt", "meanwhile\n")
    commit(fresh.origin)
    git(fresh.origin, "switch", "-q", "--detach")
    git(fresh.origin, "merge", "-q", "--no-ff", "-m", "merge", head)
    fresh.push(head)
    fresh.comment("--conclusion", "success")
    assert fresh.review["verdict"] == "pass"
    assert "loosens" not in fresh.review["body"]


@pytest.mark.parametrize("other", ["base", "nobody's", "no commit", "an option"])
def test_an_answer_of_another_commit_is_not_believed(change, other):
    words = {"base": change.base, "nobody's": "f" * 40, "no commit": "", "an option": "--output=x"}
    change.edit(commit=words[other])
    change.comment("--conclusion", "success")
    assert change.review["verdict"] == "error"
    assert "the answer is of this commit" in change.review["body"]
    assert not (change.trusted / "x").exists()


def test_an_answer_of_another_project_of_the_repository_is_not_believed(change):
    change.edit(project="other", folder="services/other")
    change.comment()
    assert change.review["verdict"] == "error"
    assert change.review["marker"] == "<!-- mlops-ext:integrate flights -->"
    assert "it is of the project in services/other" in change.review["body"]


def test_an_answer_to_a_part_of_the_questions_is_no_yes(change):
    change.edit(result={"record": ""})
    change.comment("--conclusion", "success")
    assert change.review["verdict"] == "error"
    assert "every question was asked" in change.review["body"]


def test_a_gate_file_that_differs_is_named_once_and_is_no_loosened_gate(tmp_path):
    change = Change(tmp_path, SETTINGS + DATA)
    change.write("flights.toml", '[columns.a]\ntype = "float"\n')
    change.push(MLOPS_EXT_ZONE="pull-request")
    change.comment()
    lines = change.review["body"].splitlines()
    assert "loosens" not in lines[1]
    assert "Gates that this change touches otherwise: `flights.toml changed`." in lines
    assert change.review["body"].count("flights.toml changed") == 1


def test_an_answer_that_contradicts_itself_is_not_believed(fresh):
    fresh.write("bad", "")
    fresh.push()
    fresh.edit(result={"verdict": "pass", "exit_code": 0})
    fresh.comment("--conclusion", "success")
    assert fresh.review["verdict"] == "error"
    assert "the answer agrees with itself" in fresh.review["body"]


@pytest.mark.parametrize(
    "torn", ["gone", "torn", "of another form", "too large", "another stage", "endless", "huge"]
)
def test_without_an_answer_the_comment_does_not_stay_as_it_was(change, torn):
    path = change.answer / "answer.json"
    text = path.read_text()
    if torn == "gone":
        shutil.rmtree(change.answer)
    elif torn == "another stage":
        change.edit(result={"stage": "<b>"})
    elif torn in ("endless", "huge"):
        count = 10**4290 if torn == "endless" else 2**64
        check = {"name": "x", "status": "fail", "count": count, "rows": 1}
        change.edit(result={"reports": [{"question": "x", "checks": [check]}]})
    else:
        cut = {"torn": text[:-20], "of another form": '{"a": 1}', "too large": text + " " * 9_000_000}
        path.write_text(cut[torn])
    change.comment("--conclusion", "success")
    assert change.review["verdict"] == "error"
    assert change.review["body"].startswith(
        "<!-- mlops-ext:integrate flights -->\n### ⚠️ integrate could not tell: 1 question without an answer\n"
    )


def test_what_git_can_not_say_is_not_taken_from_the_answer_in_silence(change):
    change.edit(loosened=["models.delay.release.margin 0.005 to 0.05"])
    change.comment("--dry-run")
    git(change.trusted, "remote", "set-url", "origin", str(change.folder / "gone"))
    change.comment(head="e" * 40)
    lines = change.review["body"].splitlines()
    assert lines[1].startswith("**This change loosens a gate:** `models.delay.release.margin")
    assert lines[3].startswith("**Whether this change loosens a gate could not be told:** ")


@pytest.mark.parametrize("form", ["text", "github"])
def test_f60_where_nobody_may_comment_the_summary_says_it_and_the_job_is_green(change, tmp_path, form):
    summary = tmp_path / "summary.md"
    done = change.comment("--format", form, GITHUB_STEP_SUMMARY=str(summary), HOW="skipped")
    assert "### ✅ integrate passed" in summary.read_text()
    assert "pull-requests: write" in done.stdout
    assert done.stdout.count("::notice::") == (form == "github")
    assert not any(line.startswith("::error") for line in done.stdout.splitlines())


def test_a_plugin_that_fails_is_could_not_tell_and_the_summary_has_the_comment(change, tmp_path):
    summary = tmp_path / "summary.md"
    done = change.comment(code=3, GITHUB_STEP_SUMMARY=str(summary), HOW="raised")
    assert "no route" in done.stderr
    assert "### ✅ integrate passed" in summary.read_text()


def test_settings_that_name_nobody_who_shows_reviews_are_to_be_corrected(tmp_path):
    change = Change(tmp_path, SETTINGS.replace('"reviewer"', ""))
    change.push()
    assert 'add "github" to `plugins`' in change.comment(code=2).stderr


@pytest.mark.parametrize(
    ("served", "told"),
    [
        ('return ModelVersion(model="delay", version=14, digest="", uri="", metrics=KNOWN)', "champion, v14"),
        ("return None", ""),
        ('raise OSError("no route")', "- `not compared with the champion: "),
    ],
)
def test_the_champion_is_a_column_where_it_can_be_asked(tmp_path, plugins, served, told):
    plugins("registry", REGISTRY.format(served=served))
    change = Change(tmp_path, SETTINGS.replace('"reviewer"', '"reviewer", "registry"'))
    change.push()
    metrics = [{"name": "auc", "before": 0.7, "after": 0.8, "change": 0.1}]
    change.edit(result={"comparison": {"before": "main", "after": "workspace", "metrics": metrics}})
    change.comment()
    assert "| `auc` | **0.8** | 0.7 |" in change.review["body"]
    assert told in change.review["body"]
    assert ("| 0.75 |" in change.review["body"]) == (told == "champion, v14")


def test_outputs_name_the_comment_for_the_next_step(change, tmp_path):
    outputs = tmp_path / "outputs"
    change.comment("--format", "github", GITHUB_OUTPUT=str(outputs))
    assert outputs.read_text().startswith("comment<<")
    assert "\nhttps://example.org/1\n" in outputs.read_text()


def test_links_go_to_the_server_and_repository_of_the_job(change):
    check = {"name": "t", "status": "fail", "where": "src/t.py:4"}
    change.edit(result={"reports": [{"question": "tests", "checks": [check]}], "verdict": "fail"})
    site = "https://ghe.example.org/acme/flights"
    server = {"GITHUB_SERVER_URL": "https://ghe.example.org", "GITHUB_REPOSITORY": "acme/flights"}
    change.comment("--report", f"{site}/actions/runs/1", **server)
    assert f"({site}/blob/{change.head}/src/t.py#L4)" in change.review["body"]
    assert f"[Full report]({site}/actions/runs/1)" in change.review["body"]


def test_a_job_of_a_matrix_has_a_comment_of_its_own(change):
    change.comment("--name", "Python 3.12 --> x")
    assert re.fullmatch(r"<!-- mlops-ext:integrate flights python-3.12-x\.\w{8} -->", change.review["marker"])


def test_a_dry_run_prints_the_comment_and_shows_it_to_nobody(change):
    done = change.comment("--dry-run")
    assert done.stdout.startswith("<!-- mlops-ext:integrate flights -->\n### ✅ integrate passed\n")
    assert not change.shown.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--commit", "HEAD"),
        ("--commit", "--upload-pack=x"),
        ("--change", "0"),
        ("--change", "7;id"),
        ("--report", "javascript:alert(1)"),
        ("--report", "https://x/) [y](https://evil"),
    ],
)
def test_words_that_do_not_fit_are_a_usage_error(project, words):
    known = {"--answer": "answer", "--change": "7", "--commit": "a" * 40, words[0]: words[1]}
    done = call(project, "comment", *(f"{name}={value}" for name, value in known.items()), code=2)
    assert words[0] in done.stderr
