"""New data at a source is a cause once, and only where a version exists that did not know it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from mlops_ext.contract.models import ModelVersion
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.settings import DataSettings, ModelSettings, Settings, TriggerSettings
from mlops_ext_dvc.triggers import find


def md5(path: Path) -> str:
    return f"md5:{hashlib.md5(path.read_bytes()).hexdigest()}"


def version(*refs: Ref) -> ModelVersion:
    return ModelVersion(model="late", version=3, digest="sha256:" + "1" * 64, uri="models:/late/3", data=refs)


def context_of(project, newest, source="arrived/rows.csv", **trigger):
    settings = Settings(
        plugins=("dvc",),
        data={
            "rows": DataSettings(path="data/rows.csv", source=source),
            "answers": DataSettings(path="data/answers.csv", source="arrived/answers.csv"),
        },
        models={"late": ModelSettings(data="rows", labels="answers", trigger=TriggerSettings(**trigger))},
    )
    context = project.context()
    context.desk.newest = newest
    return replace(context, settings=settings)


def arrive(project, text="x,y\n9,9\n"):
    project.write({"arrived/rows.csv": text, "arrived/answers.csv": "new answers"})
    return project.root / "arrived/rows.csv"


def known(project):
    return Ref(kind="data", name="rows", digest=md5(project.root / "data/rows.csv"))


def test_new_bytes_are_a_cause_with_evidence(project):
    arrived = arrive(project)
    trained = version(known(project))
    [found] = find(context_of(project, trained))
    assert (found.kind, found.model) == ("new-data", "late")
    words = "\0".join(["new-data", "late", "rows", md5(arrived)])
    assert found.id == hashlib.sha256(words.encode()).hexdigest()[:16]
    assert found.evidence[0].digest == md5(arrived)
    assert found.evidence[1] == trained.ref()
    assert "late/3" in found.why


def test_the_same_bytes_are_the_same_cause_and_others_another(project):
    context = context_of(project, version(known(project)))
    arrive(project)
    [first], [again] = find(context), find(context)
    assert first.id == again.id
    arrive(project, "x,y\n8,8\n")
    [other] = find(context)
    assert other.id != first.id


def test_what_the_version_knew_is_no_cause(project):
    arrive(project, (project.root / "data/rows.csv").read_text())
    assert find(context_of(project, version(known(project)))) == []


def test_what_the_version_knew_by_its_other_digest_is_no_cause(project):
    arrived = arrive(project)
    digest = f"sha256:{hashlib.sha256(arrived.read_bytes()).hexdigest()}"
    trained = version(Ref(kind="data", name="rows", digest=digest))
    assert find(context_of(project, trained)) == []
    arrive(project, "x,y\n1,2\n")
    assert len(find(context_of(project, trained))) == 1


def test_without_a_version_the_first_training_is_by_demand(project):
    arrive(project)
    assert find(context_of(project, None)) == []


def test_a_version_that_says_nothing_of_the_table_gives_no_cause(project):
    arrive(project)
    said = []
    context = replace(context_of(project, version()), say=said.append)
    assert find(context) == []
    assert "rows" in said[0]


def test_it_can_be_turned_off_and_another_model_is_not_asked(project):
    arrive(project)
    trained = version(known(project))
    assert find(context_of(project, trained, new_data=False)) == []
    assert find(replace(context_of(project, trained), model="other")) == []


def test_without_a_source_nothing_arrives(project):
    assert find(context_of(project, version(known(project)), source="")) == []


def test_of_a_folder_of_deliveries_the_newest_counts(project):
    old = arrive(project, (project.root / "data/rows.csv").read_text())
    later = old.with_name("zz-later.csv")
    later.write_text("x,y\n7,7\n")
    (project.root / "arrived/answers.csv").unlink()
    os.utime(old, (1, 1))
    [found] = find(context_of(project, version(known(project)), source="arrived"))
    assert found.evidence[0].digest == md5(later)
