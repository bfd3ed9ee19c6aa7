"""`develop --compare` and integrate's comparison with the base: real DVC, Git, MLflow and engine."""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from projects.make import ended, make, run_once
from projects.variants import ONE_TARGET

COMPARE = ("develop", "--dry-run", "--compare")


def compared(tiny, *words, code=None):
    """The comparison in the JSON that a call prints."""
    return json.loads(tiny.call(*words, "--format", "json", code=code).stdout)["comparison"]


def named(rows):
    return {row["name"]: row for row in rows}


def retable(tiny, change):
    path = tiny.root / "data" / "visits.parquet"
    table = change(pq.read_table(path))
    path.unlink()
    pq.write_table(table, path)
    tiny.dvc("add", "-q", "data/visits.parquet")


def other_table(table):
    """Rows fewer, a column more, one retyped, one gone, a category new, nulls."""
    table = table.slice(0, 500)
    channel = table["channel"].to_pylist()
    channel[:3] = ["<script>|\n", None, None]
    pages = table.column_names.index("pages")
    table = table.set_column(table.column_names.index("channel"), "channel", pa.array(channel))
    table = table.set_column(pages, "pages", table["pages"].cast(pa.string()))
    return table.append_column("region", pa.array(["north"] * table.num_rows))


def test_metrics_params_and_data_against_a_revision(tiny):
    tiny.git("tag", "v1.0")
    retable(tiny, other_table)
    tiny.edit("params.yaml", "strength: 1.0", "strength: 0.5")
    tiny.write({"metrics.json": '{"auc": NaN, "log_loss": "0.4", "new": 3}'})
    found = compared(tiny, *COMPARE, "v1.0")
    assert found["before"].startswith("v1.0 ")
    assert found["after"] == "workspace"
    metrics = named(found["metrics"])
    assert metrics["auc"]["after"] == metrics["log_loss"]["after"] == "undefined"
    assert "nan" in metrics["auc"]["why"]
    assert 'is text in metrics.json: "0.4"' in metrics["log_loss"]["why"]
    assert metrics["new"] == {"name": "new", "after": 3.0}
    assert named(found["params"])["train.strength"]["change"] == -0.5
    table = named(found["tables"])["visits"]
    assert (table["rows_before"], table["rows_after"]) == (840, 500)
    what = {(one["column"], one["what"]) for one in table["columns"]}
    assert {
        ("region", "added"),
        ("pages", "retyped"),
        ("channel", "nulls"),
        ("channel", "categories"),
    } <= what


def test_text_and_page_show_it_and_run_nothing(tiny):
    tiny.git("tag", "v1.0")
    retable(tiny, other_table)
    metrics = (tiny.root / "metrics.json").read_bytes()
    said = tiny.call(*COMPARE, "v1.0", "--html", code=1).stdout
    assert "schema" in said
    assert "to string" in said
    assert "\n\n" in said
    assert max(map(len, said.split("\n\ndevelop")[0].splitlines()[1:])) <= 80
    page = (tiny.root / ".mlops-ext" / "develop.html").read_text()
    assert "region" in page
    assert "<script>|" not in page
    assert "style=" not in page
    assert (tiny.root / "metrics.json").read_bytes() == metrics
    assert not list(tiny.root.glob(".mlops-ext/runs/*"))


def test_after_a_run_and_after_a_run_with_parameters(tiny):
    found = compared(tiny, "develop", "--set", "train.strength=0.01", "--compare", "HEAD")
    assert found["after"].startswith("experiment ")
    assert named(found["params"])["train.strength"]["after"] == 0.01
    assert named(found["metrics"])["auc"]["change"] != 0
    assert tiny.git("status", "--porcelain") == ""


def test_the_baseline_is_what_the_settings_name_else_where_the_branch_began(tiny):
    tiny.git("tag", "v0")
    tiny.git("checkout", "-q", "-b", "work")
    tiny.edit("params.yaml", "strength: 1.0", "strength: 0.5")
    tiny.commit("on the branch")
    assert compared(tiny, *COMPARE, "baseline")["before"].startswith("origin/main ")
    tiny.edit("mlops-ext.toml", 'name = "visits"', 'name = "visits"\nbaseline = "v0"')
    assert compared(tiny, *COMPARE, "baseline")["before"].startswith("v0 ")


def test_data_that_is_nowhere_is_unknown_and_says_why(tiny):
    retable(tiny, other_table)
    tiny.dvc("gc", "-q", "-w", "-f")
    shutil.rmtree(tiny.folder / "dvc-remote")
    table = named(compared(tiny, *COMPARE, "HEAD")["tables"])["visits"]
    assert table["status"] == "unknown"
    assert "neither the cache nor the remote" in table["why"]


def test_data_that_is_only_in_the_remote_is_brought(tiny):
    retable(tiny, other_table)
    tiny.dvc("gc", "-q", "-w", "-f")
    assert named(compared(tiny, *COMPARE, "HEAD")["tables"])["visits"]["rows_before"] == 840


@pytest.mark.parametrize("word", ["v9.9", "origin/nothing", "HEAD~99"])
def test_a_revision_that_is_not_here(tiny, word):
    said = tiny.call(*COMPARE, word, code=3).stderr
    assert "base revision not in this clone" in said
    assert "fetch-depth: 0" in said


def shallow(tiny, *checkout):
    """What CI has: one commit, no branch."""
    clone = tiny.folder / "shallow"
    tiny.run(
        "git", "clone", "-q", "--depth", "1", "--branch", "work", f"file://{tiny.folder}/origin.git", clone
    )
    tiny.run("git", "checkout", "-q", "--detach", cwd=clone)
    tiny.run("git", "branch", "-q", "-D", "work", cwd=clone)
    return clone


def test_a_shallow_clone_never_passes_for_no_changes(tiny):
    tiny.git("checkout", "-q", "-b", "work")
    tiny.edit("params.yaml", "strength: 1.0", "strength: 0.5")
    tiny.commit("work")
    tiny.git("push", "-q", "origin", "work")
    clone = shallow(tiny)
    said = tiny.call(*COMPARE, "baseline", code=3, cwd=clone).stderr
    assert "base revision not in this clone" in said
    assert "fetch-depth: 0" in said
    done = tiny.call("integrate", "--format", "json", code=None, cwd=clone)
    notes = "\n".join(json.loads(done.stdout)["notes"])
    assert "not compared with the base revision" in notes
    assert "fetch-depth: 0" in notes


def test_without_a_champion_asked_for_by_name(tiny):
    said = tiny.call(*COMPARE, "champion", code=3).stderr
    assert "purchase has no champion" in said


def test_the_champion_by_what_it_keeps(tmp_path):
    with ended(make(tmp_path, files=ONE_TARGET)) as tiny:
        run_once(tiny)
        tiny.call("integrate")
        tiny.call("deliver", "production", "--local")
        tiny.call("trigger", "--demand", "first", "--local")
        tiny.call("release", "--local")
        tiny.edit("params.yaml", "strength: 1.0", "strength: 0.5")
        found = compared(tiny, "develop", "--compare", "champion", code=0)
    assert found["before"] == "champion purchase/1"
    assert named(found["params"])["train.strength"]["before"] == 1.0
    assert named(found["metrics"])["auc"]["change"] != 0
    assert {row["status"] for row in found["tables"]} == {"same"}
    assert "not kept with the champion: labels" in found["notes"]


def test_integrate_says_what_changed_since_the_base(tiny):
    tiny.git("checkout", "-q", "-b", "work")
    retable(tiny, other_table)
    tiny.commit("other data")
    first = json.loads(tiny.call("integrate", "--format", "json", code=None).stdout)
    table = named(first["comparison"]["tables"])["visits"]
    assert ("region", "added") in {(one["column"], one["what"]) for one in table["columns"]}
    assert all(report["question"] != "comparison" for report in first["reports"])
    said = " ".join(tiny.call("integrate", code=None).stdout.split())
    assert "schema visits pages retyped float to string visits region added string" in said


def test_another_base_is_another_question_to_integrate(tiny):
    first = json.loads(tiny.call("integrate", "--format", "json").stdout)
    again = json.loads(tiny.call("integrate", "--format", "json").stdout)
    assert (again["replayed"], again["record"]) == (True, first["record"])
    assert again["comparison"] == first["comparison"]
    tiny.edit("mlops-ext.toml", 'name = "visits"', 'name = "visits"\nbase = "main"')
    tiny.commit("base")
    same = json.loads(tiny.call("integrate", "--format", "json").stdout)
    tiny.git("push", "-q")
    moved = json.loads(tiny.call("integrate", "--format", "json").stdout)
    assert (same["replayed"], moved["replayed"]) == (False, False)
    assert moved["comparison"]["before"] != same["comparison"]["before"]
