"""F13 with the real command: data that DVC tracks and nobody has here."""

from __future__ import annotations

import shutil
from pathlib import Path

from calling import commit
from functional.alone import ALONE, ONE, pipeline, said, tracked
from functional.small import Small

USES = "stages:\n  a:\n    cmd: cat {dep} > a.txt\n    deps: [{dep}]\n    outs: [a.txt]\n"


def emptied(project: Small) -> None:
    shutil.rmtree(project.project / ".dvc" / "cache")
    shutil.rmtree(project.project / "data", ignore_errors=True)


def test_f13_data_that_is_nowhere_and_no_remote(alone: Small) -> None:
    """F13."""
    pipeline(alone, USES.format(dep="data/raw.csv"))
    tracked(alone)
    emptied(alone)
    told = said(alone, "develop", code=3)
    assert "no remote is configured" in told
    assert "data (" in told
    assert "`dvc push` where it was made" in told
    assert not (alone.project / "a.txt").exists()


def test_f13_neighbour_one_file_of_a_folder_is_on_no_remote(alone: Small, tmp_path: Path) -> None:
    """Neighbour of F13: the remote has the list of a folder, and not all that it lists."""
    pipeline(alone, USES.format(dep="data/raw.csv"))
    tracked(alone)
    remote = tmp_path / "remote"
    alone.dvc("remote", "add", "-q", "-d", "store", str(remote))
    alone.dvc("push", "-q")
    next(file for file in remote.rglob("*") if file.is_file() and file.read_bytes() == b"x\n2\n").unlink()
    emptied(alone)
    told = said(alone, "develop", code=3)
    assert "neither the cache nor the remote has data (" in told
    assert not (alone.project / "a.txt").exists()


def test_f13_neighbour_the_output_of_a_frozen_stage(alone: Small) -> None:
    """Neighbour of F13 by what tracks the data: no pointer, but `dvc.lock` of a stage that may not run."""
    text = (
        ONE.format(cmd="echo > a.txt")
        + "  b:\n    cmd: cp a.txt b.txt\n    deps: [a.txt]\n    outs: [b.txt]\n"
    )
    pipeline(alone, text)
    alone.call("develop")
    pipeline(alone, text.replace("  a:\n", "  a:\n    frozen: true\n"))
    for name in ("a.txt", "b.txt"):
        (alone.project / name).unlink()
    shutil.rmtree(alone.project / ".dvc" / "cache")
    told = said(alone, "develop", code=3)
    assert "the cache does not have a.txt" in told


def test_f13_neighbour_a_file_that_nothing_tracks(alone: Small) -> None:
    """Neighbour of F13: neither DVC nor a stage knows the dependency at all."""
    pipeline(alone, USES.format(dep="gone.csv"))
    told = said(alone, "develop", code=2)
    assert "gone.csv" in told
    assert "stages.a" in told


def test_f13_neighbour_data_that_is_imported_comes_from_where_it_was(alone: Small, tmp_path: Path) -> None:
    """Neighbour of F13 by kind of pointer: `dvc push` leaves imports out, so that no remote has them."""
    registry = Small(tmp_path / "registry" / "repo", alone.project / "mlflow.db", settings=ALONE)
    registry.write({"raw.csv": "x\n1\n"})
    registry.dvc("add", "-q", "raw.csv")
    commit(registry.root)
    pipeline(alone, USES.format(dep="raw.csv"))
    alone.dvc("import", "-q", str(registry.root), "raw.csv")
    alone.dvc("remote", "add", "-q", "-d", "store", str(tmp_path / "remote"))
    alone.dvc("push", "-q")
    emptied(alone)
    (alone.project / "raw.csv").unlink()
    assert "1 of 1 steps ran" in said(alone, "develop", code=0)

    emptied(alone)
    (alone.project / "raw.csv").unlink()
    shutil.rmtree(registry.root)
    told = said(alone, "develop", code=3)
    assert "raw.csv is imported, and DVC could not bring it from raw.csv of" in told
    assert "dvc pull raw.csv.dvc" in told


def test_a_clone_brings_what_its_pointers_name_and_says_what_is_not_to_be_had(
    alone: Small, tmp_path: Path
) -> None:
    """What a runner does with a fresh checkout: `integrate --pull`."""
    pipeline(alone, USES.format(dep="data/raw.csv"))
    tracked(alone)
    alone.call("develop")
    remote = tmp_path / "remote"
    alone.dvc("remote", "add", "-q", "-d", "store", str(remote))
    alone.dvc("push", "-q")
    commit(alone.root)
    emptied(alone)
    (alone.project / "a.txt").unlink()
    assert "neither here nor in the cache" in said(alone, "integrate", "--only", "pipeline", code=3)
    assert "agrees with the workspace" in said(
        alone, "integrate", "--only", "pipeline", "--pull", "--verbose", code=0
    )
    assert (alone.project / "data" / "two.csv").read_text() == "x\n2\n"
    emptied(alone)
    shutil.rmtree(remote)
    told = said(alone, "integrate", "--only", "pipeline", "--pull", code=3)
    assert "DVC could not bring" in told
    assert "neither here nor in the cache" in told


def test_a_remote_that_does_not_answer_is_said_and_the_questions_are_asked_all_the_same(alone: Small) -> None:
    pipeline(alone, ONE.format(cmd="echo > a.txt"))
    tracked(alone)
    emptied(alone)
    alone.dvc("remote", "add", "-q", "-d", "store", "http://me:hunter2@127.0.0.1:9/")
    told = said(alone, "integrate", "--only", "settings", "--pull", code=0)
    assert "DVC could not bring a.txt, data: the remote lacks it, or does not answer" in told
    assert "hunter2" not in told
    assert "integrate passed" in told
