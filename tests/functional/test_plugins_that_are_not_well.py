"""Broken, old, raising, double and unnamed plugins: each has its name, and none takes the others down."""

from __future__ import annotations

import pytest
from calling import call

YES = """
PLUGIN = Plugin(name="{name}"{more})

@hookimpl
def mlops_validate_pipeline(context):
    return Report(question="pipeline", checks=(Check(name="{name} looked", status="pass"),))
"""
RAISES = """
PLUGIN = Plugin(name="{name}")

@hookimpl
def mlops_validate_pipeline(context):
    raise ValueError("the tool fell over")
"""
OLD = """
PLUGIN = Plugin(name="{name}")

@hookimpl
def mlops_validate_pipeline(context, workspace):
    return None
"""
MISSPELT = """
PLUGIN = Plugin(name="{name}")

@hookimpl
def mlops_validate_pipelines(context):
    return None
"""


def use(project, *names, more=""):
    listed = ", ".join(f'"{name}"' for name in names)
    (project / "mlops-ext.toml").write_text(f'name = "flights"\nplugins = [{listed}]\n{more}')


def said(project, *words, code):
    done = call(project, *words, code=code)
    text = done.stdout + done.stderr
    assert "Traceback" not in text
    assert len(text.splitlines()) <= 30, text
    return text


@pytest.fixture
def team(plugins):
    """A plugin that answers, and makers of those that do not."""
    plugins("alpha", YES.format(name="alpha", more=""))
    return lambda name, code: plugins(name, code.format(name=name, more=""))


def test_f74_a_plugin_that_does_not_import_closes_gates_and_nothing_else(project, team):
    team("bad", "import no_such_tool")
    use(project, "alpha", "bad")
    told = said(project, "integrate", code=3)
    assert "bad (mlops-ext-bad 1.0)" in told
    assert "no_such_tool" in told
    assert "passed   alpha" in told, "the others are asked"
    for words in (["plugins"], ["settings"], ["--help"], ["integrate", "--help"], ["status"]):
        call(project, *words)


def test_f74_every_stage_says_it_as_long_as_the_plugin_is_named(project, team):
    team("bad", "import no_such_tool")
    use(project, "alpha", "bad", more="[models.m]\n[targets.production]\n")
    for words in (["integrate"], ["deliver", "production"], ["trigger"], ["release"], ["monitor"]):
        done = call(project, *words, code=3)
        assert "bad (mlops-ext-bad 1.0)" in done.stdout + done.stderr, words
    use(project, "alpha")
    call(project, "integrate")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (OLD, "takes `workspace`, which this contract does not pass"),
        (MISSPELT, "`mlops_validate_pipelines` is no hook of this contract"),
        ('PLUGIN = Plugin(name="other")', "it calls itself `other`"),
        ("x = 1", "it holds no `PLUGIN = Plugin(...)`"),
    ],
    ids=["an argument of another host", "a misspelt hook", "another name", "no declaration"],
)
def test_f75_a_plugin_of_another_contract(project, team, code, why):
    team("old", code)
    use(project, "alpha", "old")
    told = said(project, "integrate", code=3)
    assert "old (mlops-ext-old 1.0)" in told
    assert why in told
    assert "passed   alpha" in told
    assert why in said(project, "plugins", code=0)


def test_f76_a_gate_that_raises_loses_no_other_answer(project, team):
    team("middle", RAISES)
    team("zeta", YES)
    use(project, "alpha", "middle", "zeta")
    told = said(project, "integrate", code=3)
    assert "ValueError: the tool fell over" in told
    assert "middle (mlops-ext-middle 1.0)" in told
    assert "passed   alpha" in told
    assert "passed   zeta" in told
    assert "Traceback" in call(project, "integrate", "--debug", code=3).stderr


def test_two_plugins_with_one_role_need_a_pick(project, plugins):
    for name in ("first", "second"):
        plugins(name, YES.format(name=name, more=', roles=("store",)'))
    use(project, "first", "second")
    told = said(project, "integrate", code=2)
    assert "first (mlops-ext-first 1.0) and second (mlops-ext-second 1.0) both offer `store`" in told
    assert 'roles.store = "first"' in told
    use(project, "first", "second", more='[roles]\nstore = "second"\n')
    call(project, "integrate")


def test_one_that_is_installed_and_not_named_is_listed_and_not_imported(project, team, tmp_path):
    mark = tmp_path / "imported"
    team("quiet", f"open({str(mark)!r}, 'w')")
    use(project, "alpha")
    told = said(project, "plugins", code=0)
    assert "installed, not named" in next(line for line in told.splitlines() if "mlops-ext-quiet" in line)
    assert "asked" in next(line for line in told.splitlines() if "mlops-ext-alpha" in line)
    call(project, "integrate")
    assert not mark.exists()


def test_a_named_plugin_that_is_not_installed(project, team):
    use(project, "alpha", "absent")
    assert "pip install mlops-ext-absent" in said(project, "integrate", code=3)
    assert "broken" in said(project, "plugins", code=0)


def test_a_plugin_that_leaves_the_process_could_not_tell(project, team):
    team("leaver", RAISES.replace('raise ValueError("the tool fell over")', "raise SystemExit(0)"))
    use(project, "leaver")
    assert "leaver (mlops-ext-leaver 1.0)" in said(project, "integrate", code=3)


def test_could_not_tell_is_never_answered_from_a_record(project, plugins, tmp_path):
    switch = tmp_path / "well"
    plugins(
        "moody",
        f"""
import os
PLUGIN = Plugin(name="moody")

@hookimpl
def mlops_validate_pipeline(context):
    if not os.path.exists({str(switch)!r}):
        raise OSError("no network")
    return Report(question="pipeline", checks=(Check(name="asked", status="pass"),))
""",
    )
    use(project, "moody")
    for _ in range(2):
        assert "answered from a record" not in said(project, "integrate", code=3)
    switch.write_text("")
    assert "answered from a record" not in said(project, "integrate", code=0)
    assert "answered from a record" in said(project, "integrate", code=0)
    switch.unlink()
    assert "answered from a record" in said(project, "integrate", code=0)
    assert "answered from a record" not in said(project, "integrate", "--force", code=3)
