from __future__ import annotations

import shutil

import pytest
from dvc_run_desk import make_context
from dvc_run_repo import sh, write

from mlops_ext.errors import CouldNotTellError, SettingsError
from mlops_ext_dvc import hooks

AGREES = "dvc.lock agrees with the workspace"


def validate(root, **more):
    report = hooks.mlops_validate_pipeline(context=make_context(root, **more))
    assert report.question == "pipeline"
    return report.checks


def bad(checks):
    return [(check.name, check.status, check.message) for check in checks if check.status != "pass"]


def test_a_workspace_as_its_lock_says(project):
    assert bad(validate(project, models={"late": {}})) == []


def test_a_changed_script_and_parameter(project):
    write(project, {"params.yaml": "train:\n  n: 4\n", "src/prepare.py": "print()\n"})

    found = bad(validate(project))

    assert (AGREES, "fail", "src/prepare.py is modified") in found
    assert (AGREES, "fail", "params.yaml: train.n is modified") in found


def test_a_deleted_model_is_a_missing_artifact(project):
    (project / "model.joblib").unlink()

    found = bad(validate(project, models={"late": {}}))

    assert ("artifact late is there", "fail", "model.joblib does not exist") in found
    assert (AGREES, "fail", "model.joblib is deleted") in found


def test_an_empty_model(project):
    write(project, {"model.joblib": ""})

    assert ("artifact late is there", "fail", "model.joblib is empty") in bad(validate(project))


def test_data_that_is_not_on_this_machine_is_no_verdict(project):
    shutil.rmtree(project / ".dvc/cache")
    (project / "data/raw.csv").unlink()

    found = bad(validate(project))

    assert {row for row in found if row[0] == AGREES} == {
        (AGREES, "error", "data/raw.csv is neither here nor in the cache")
    }


def test_a_fresh_clone_without_its_data_has_one_cause(project):
    shutil.rmtree(project / ".dvc/cache")
    for path in ("data/raw.csv", "clean.csv", "model.joblib"):
        (project / path).unlink()

    found = [row for row in bad(validate(project)) if row[0] == AGREES]

    assert [status for _, status, _ in found].count("error") == 1
    (said,) = [message for _, status, message in found if status == "error"]
    assert said == "clean.csv, data/raw.csv, model.joblib are neither here nor in the cache"
    assert ("artifact late is there", "error", "model.joblib is neither here nor in the cache") in bad(
        validate(project)
    )


def test_outputs_that_are_nowhere_can_be_made_again(project):
    shutil.rmtree(project / ".dvc/cache")
    (project / "clean.csv").unlink()

    (found,) = [check for check in validate(project) if check.status == "error"]

    assert found.hint == "`dvc pull`, or mlops-ext develop makes them again"


def test_what_is_not_in_the_cache_is_looked_at_all_the_same(project):
    shutil.rmtree(project / ".dvc/cache")
    assert [row for row in bad(validate(project)) if row[0] == AGREES] == []
    write(project, {"model.joblib": "other"})

    assert (AGREES, "fail", "model.joblib is modified") in bad(validate(project))


def test_a_step_that_never_ran_is_no_modified_file(project):
    text = (project / "dvc.yaml").read_text()
    more = "  again:\n    cmd: cp clean.csv again.csv\n    deps: [clean.csv]\n    outs: [again.csv]\n"
    write(project, {"dvc.yaml": text.replace("stages:\n", f"stages:\n{more}", 1)})

    assert bad(validate(project)) == [(AGREES, "fail", "again never ran: dvc.lock has nothing of it")]


def test_no_lock_at_all_has_one_cause(project):
    (project / "dvc.lock").unlink()

    assert [row[:2] for row in bad(validate(project))] == [(AGREES, "fail")]


def test_always_changed_is_a_choice(bare):
    stages = "stages:\n  a:\n    always_changed: true\n    cmd: echo > x.txt\n    outs: [x.txt]\n"
    write(bare, {"dvc.yaml": stages})
    sh(bare, "dvc", "repro", "-q")

    assert bad(validate(bare)) == []


def test_what_never_ran_is_one_cause_and_no_changed_file(bare):
    stage = "  s{0}:\n    cmd: echo > {0}.txt\n    outs: [{0}.txt]\n"
    write(bare, {"dvc.yaml": "stages:\n" + "".join(map(stage.format, range(7)))})
    told = "s0, s1, s2, s3, s4 and 2 more never ran: dvc.lock has nothing of them"
    assert bad(validate(bare)) == [(AGREES, "fail", told)]
    sh(bare, "dvc", "repro", "-q", "s0", "s1", "s2", "s3", "s4", "s5")
    assert bad(validate(bare)) == [(AGREES, "fail", "s6 never ran: dvc.lock has nothing of it")]


def test_a_cycle_is_a_settings_error(bare):
    write(bare, {"dvc.yaml": "stages:\n  a:\n    cmd: e\n    deps: [x]\n    outs: [x]\n"})

    with pytest.raises(SettingsError):
        validate(bare)


def test_no_steps_is_no_pass(bare):
    assert next(iter(validate(bare))).status == "skipped"


def test_several_artifacts_for_one_model(project):
    text = (project / "dvc.yaml").read_text()
    write(project, {"dvc.yaml": text + "  second:\n    path: clean.csv\n    type: model\n"})

    with pytest.raises(SettingsError, match="several artifacts") as caught:
        validate(project, models={"delay": {}})
    assert caught.value.key == "models.delay.file"


def test_a_command_with_the_path_of_this_workspace_is_told(bare):
    write(bare, {"dvc.yaml": f"stages:\n  a:\n    cmd: ls {bare} > x.txt\n    outs: [x.txt]\n"})

    found = [check for check in validate(bare) if "absolute" in check.name]

    assert [(check.severity, check.where) for check in found] == [("warning", "stage a")]


def test_status_that_fails_is_could_not_tell(project, monkeypatch):
    write(project, {".dvc/config": "[core]\n    nonsense = 1\n"})

    with pytest.raises(CouldNotTellError):
        validate(project)


def test_setup_names_version_and_remote(project):
    report = hooks.mlops_check_setup(context=make_context(project))
    assert [check.status for check in report.checks] == ["pass", "pass", "skipped"]
    sh(project, "dvc", "remote", "add", "-q", "-d", "store", str(project.parent / "store"))
    report = hooks.mlops_check_setup(context=make_context(project))
    assert [check.status for check in report.checks] == ["pass", "pass", "pass"]
    sh(project, "dvc", "remote", "modify", "-q", "store", "url", "ssh://nobody@127.0.0.1:1/x")
    report = hooks.mlops_check_setup(context=make_context(project))
    assert report.checks[-1].status == "error"


def test_setup_outside_of_dvc(tmp_path):
    report = hooks.mlops_check_setup(context=make_context(tmp_path))
    assert report.checks[-1].status == "fail"
    assert "dvc init" in report.checks[-1].hint
