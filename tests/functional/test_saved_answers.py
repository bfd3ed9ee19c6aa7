"""`--save`, the outputs of a step, and who is told: the same answer for the next job, whatever it was."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from calling import call, commit

from mlops_ext.errors import CouldNotTellError
from mlops_ext.output.answer import LARGEST, read_answer

SCHEMAS = Path(__file__).parents[2] / "docs" / "reference" / "schemas"
TELLS = """
from pathlib import Path
from mlops_ext.contract.hookspecs import hookimpl
from mlops_ext.contract.plugin import Plugin
PLUGIN = Plugin(name="bell")
@hookimpl
def mlops_notify(context, record):
    with Path(context.root, "told.txt").open("a") as file:
        file.write(record.digest + "\\n")
    {more}
"""


@pytest.fixture
def bell(project, plugins):
    """A project with a plugin that is told; `more` is what it does then."""

    def make(more="pass"):
        plugins("bell", TELLS.format(more=more))
        (project / "mlops-ext.toml").write_text('name = "flights"\nplugins = ["bell"]\n')
        (project / ".gitignore").write_text("/told.txt\n/said/\n")
        commit(project)
        return project

    return make


def outputs(file: Path) -> dict[str, str]:
    """What a step gave to the next ones."""
    found, rows = {}, iter(file.read_text().splitlines())
    for row in rows:
        name, _, end = row.partition("<<")
        found[name] = "\n".join(iter(lambda end=end: next(rows), end))
    return found


def test_an_answer_is_left_with_its_page(project):
    call(project, "integrate", "--save", "said")
    answer = read_answer(project / "said")
    assert (answer.project, answer.folder, answer.zone) == ("flights", "", "local")
    assert answer.result.verdict == "pass"
    assert answer.result.record in (project / "said" / "page.html").read_text()
    schema = json.loads((SCHEMAS / "answer.json").read_text())
    jsonschema.validate(json.loads((project / "said" / "answer.json").read_text()), schema)


def test_an_error_before_there_is_an_answer_is_left_as_one(project, tmp_path):
    (project / "mlops-ext.toml").write_text('name = "flights"\nplugin = []\n')
    step = {"GITHUB_OUTPUT": str(tmp_path / "out"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    call(project, "integrate", "--format", "github", "--save", "said", code=2, **step)
    answer = read_answer(project / "said")
    assert answer.result.verdict == "misconfigured"
    assert answer.result.exit_code == 2
    assert "plugin" in answer.result.faults[0].what
    assert len(answer.commit) == 40
    assert outputs(tmp_path / "out")["verdict"] == "misconfigured"
    assert (tmp_path / "summary").read_text().startswith("### ⚠️ integrate misconfigured")


def test_outputs_of_a_step_are_words_that_a_next_step_can_use(project, tmp_path):
    step = {"GITHUB_OUTPUT": str(tmp_path / "out"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    call(project, "integrate", "--format", "github", "--save", "said", **step)
    found = outputs(tmp_path / "out")
    assert found["verdict"] == "pass"
    assert len(found["record"]) == 64
    assert found["answer"] == "said"
    assert Path(project, found["report"]).is_file()


def test_everybody_is_told_once(bell):
    project = bell()
    record = json.loads(call(project, "integrate", "--format", "json").stdout)["record"]
    call(project, "integrate")
    call(project, "integrate", "--dry-run", "--force")
    call(project, "integrate", "--only", "settings")
    assert (project / "told.txt").read_text().split() == [record]


def test_who_can_not_tell_closes_no_gate(bell):
    done = call(bell("raise OSError('the bell is broken')"), "integrate")
    assert "not told: OSError: the bell is broken" in done.stdout
    assert "plugin bell" in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the job left no answer"),
        (b"{", "no answer of ours"),
        (b'{"project": "x"}', "no answer of ours"),
        (b"x" * (LARGEST + 1), "at most 8,388,608 are read"),
    ],
)
def test_an_answer_that_can_not_be_read(tmp_path, content, said):
    if content is not None:
        (tmp_path / "answer.json").write_bytes(content)
    with pytest.raises(CouldNotTellError, match=said):
        read_answer(tmp_path)
