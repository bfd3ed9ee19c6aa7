"""Neighbours of F74 to F76: other ways not to import, to answer, or to be declared, many in one project."""

from __future__ import annotations

import json
import re

import pytest
from calling import call, commit
from functional.tables import one_screen

YES = """
PLUGIN = Plugin(name="{name}")

@hookimpl
def mlops_validate_pipeline(context):
    return Report(question="pipeline", checks=(Check(name="{name} looked", status="pass"),))
"""
CHECK = 'Check(name="seen", status="{}"{})'
# How a plugin fails to load, and what is said of it.
LOADING = {
    "c-library": (
        'raise ImportError("\\n\\nIMPORTANT: READ THIS\\n\\nlibcuda.so.1: cannot open shared object file")',
        "libcuda.so.1",
    ),
    "panics": ("class Panic(BaseException): pass\nraise Panic('a Rust panic')", "Panic: a Rust panic"),
    "leaves": ("raise SystemExit(0)", "SystemExit: 0"),
    "skips": ("import pytest\npytest.skip('not here', allow_module_level=True)", "Skipped"),
    "roles": ('PLUGIN = Plugin(name="roles", roles=None)', "roles"),
    "kinds": ('PLUGIN = Plugin(name="kinds", kinds="folder")', "kinds"),
    "tools": ('PLUGIN = Plugin(name="tools", tools="dvc")', "tools"),
    "anything": (
        YES.format(name="anything").replace("(context)", "(context, **more)"),
        "takes `more`",
    ),
    "wraps": (
        YES.format(name="wraps").replace("@hookimpl", "@hookimpl(wrapper=True)"),
        "is a wrapper",
    ),
    "later": (
        YES.format(name="later").replace("def ", "async def "),
        "is a coroutine function",
    ),
    "yields": (
        YES.format(name="yields").replace("return ", "yield "),
        "is a generator function",
    ),
}
# What a hook does when it is asked, and what is said of it.
ANSWERING = {
    "panicking": ("class Panic(BaseException): pass\n    raise Panic('a Rust panic')", "Panic: a Rust panic"),
    "leaving": ("raise SystemExit(0)", "SystemExit: 0"),
    "false": ("return False", "bool"),
    "empty": ("return ''", "str"),
    "mapping": ("return {'status': 'pass'}", "dict"),
    "lazy": (
        f"return (Report(question='x', checks=({CHECK.format('pass', '')},)) for _ in '1')",
        "generator",
    ),
    "mixed": (f"return [Report(question='x', checks=({CHECK.format('pass', '')},)), None]", "NoneType"),
    "listed": (f"return Report(question='x', checks=[{CHECK.format('pass', '')}, 'pass'])", "checks[1]"),
    "truth": ("return Report(question='x', checks=(Check(name='seen', status=True),))", "status"),
    "counted": (
        "return Report(question='x', checks=(Check(name='seen', status='pass', count='2'),))",
        "count",
    ),
}


def use(project, *names):
    listed = ", ".join(f'"{name}"' for name in names)
    (project / "mlops-ext.toml").write_text(f'name = "flights"\nplugins = [{listed}]\n')


@pytest.fixture
def alpha(plugins):
    """A plugin that answers, between the others by its name."""
    plugins("m-well", YES.format(name="m-well"))
    return plugins


def test_f74_f75_whatever_keeps_a_plugin_from_loading_is_said_of_it_alone(project, alpha):
    for name, (code, _) in LOADING.items():
        alpha(name, code)
    use(project, "m-well", *LOADING)
    done = call(project, "integrate", code=3)
    assert "passed   m-well" in done.stdout
    shown = call(project, "plugins").stdout
    for name, (_, why) in LOADING.items():
        told = next(row for row in re.split(r"\n(?=\S)", shown) if f"mlops-ext-{name} " in row)
        assert told.startswith("broken")
        assert why in told


def test_f76_whatever_a_hook_answers_wrongly_is_could_not_tell_and_loses_no_other(project, alpha):
    head = 'PLUGIN = Plugin(name="{}")\n\n@hookimpl\ndef mlops_validate_pipeline(context):\n    {}\n'
    for name, (body, _) in ANSWERING.items():
        alpha(name, head.format(name, body))
    use(project, "m-well", *ANSWERING)
    done = call(project, "integrate", "--only", "pipeline", "--format", "json", code=3)
    reports = {report["plugin"]: report for report in json.loads(done.stdout)["reports"]}
    assert reports["m-well"]["checks"][0]["status"] == "pass"
    for name, (_, why) in ANSWERING.items():
        fault = reports[name].get("fault")
        assert fault, f"{name} gave {reports[name]}"
        assert fault["exit_code"] == 3
        assert why in fault["what"], name
        assert f"{name} (mlops-ext-{name} 1.0)" in fault["where"], name


@pytest.mark.parametrize("severity", ["critcal", "", "high"])
def test_a_severity_that_nobody_knows_keeps_the_gate_closed(project, alpha, severity):
    more = f', severity="{severity}"'
    alpha("bad", YES.format(name="bad").replace('status="pass"', f'status="fail"{more}'))
    use(project, "bad")
    said = call(project, "integrate", "--only", "pipeline", code=1).stdout
    assert "integrate failed: 1 of 1 check" in said


def test_f75_entry_points_that_are_not_well(project, alpha, tmp_path):
    folder = tmp_path / "plugins"
    for name, target in {
        "nothing": "",
        "dashed": "my-module",
        "relative": ".here",
        "extra": "plugin_m_well [x]",
    }.items():
        alpha(name, "x = 1")
        info = folder / f"mlops_ext_{name}-1.0.dist-info"
        (info / "entry_points.txt").write_text(f"[mlops_ext]\n{name} = {target}\n")
    twice = folder / "mlops_ext_twice-1.0.dist-info"
    twice.mkdir()
    (twice / "entry_points.txt").write_text("[mlops_ext]\ntwice = one\ntwice = two\n")
    bytes_ = folder / "mlops_ext_bytes-1.0.dist-info"
    bytes_.mkdir()
    (bytes_ / "entry_points.txt").write_bytes(b"[mlops_ext]\nbytes = \xff\xfe\n")
    use(project, "m-well", "nothing", "dashed", "relative", "extra", "twice", "bytes")
    done = call(project, "integrate", code=3)
    assert "passed   m-well" in done.stdout
    shown = call(project, "plugins").stdout
    for name in ("nothing", "dashed", "relative", "extra", "twice", "bytes"):
        assert any(name in line and "broken" in line for line in shown.splitlines()), name + "\n" + shown
    assert "one distribution has it twice" in shown


def test_f74_two_distributions_with_one_plugin_name(project, alpha):
    alpha("shared", YES.format(name="shared"), distribution="acme-first")
    alpha("shared", YES.format(name="shared"), distribution="acme-second")
    use(project, "m-well", "shared")
    told = one_screen(call(project, "integrate", code=3).stdout)
    assert "passed   m-well" in told
    assert "acme-first 1.0 and acme-second 1.0" in told


def test_what_a_plugin_prints_does_not_mix_with_the_answer(project, alpha):
    alpha(
        "loud",
        "print('at import')\n"
        + YES.format(name="loud").replace("    return", "    print('asked')\n    return"),
    )
    use(project, "loud")
    done = call(project, "integrate", "--only", "pipeline", "--format", "json")
    assert json.loads(done.stdout)["verdict"] == "pass"
    assert "asked" in done.stderr


@pytest.mark.parametrize("words", [["trigger"], ["release"], ["monitor"], ["deliver", "production"]])
def test_f76_a_plugin_that_leaves_in_the_middle_of_a_stage_never_makes_it_a_yes(project, alpha, words):
    """The hooks that a stage can't go on without: what they raise ends it, and 3 is said by the host."""
    hooks = """
@hookimpl
def mlops_find_records(context, query):
    raise SystemExit(0)

@hookimpl
def mlops_find_model(context, selector):
    raise SystemExit(0)

@hookimpl
def mlops_observe(context, target):
    raise SystemExit(0)
"""
    alpha(
        "gone",
        'PLUGIN = Plugin(name="gone", roles=("store", "registry", "versioning"), kinds=("folder",))\n'
        + hooks,
    )
    (project / "mlops-ext.toml").write_text(
        'name = "flights"\nplugins = ["gone"]\n[models.m]\n[targets.production]\n'
    )
    done = call(project, *words, code=3)
    told = one_screen(done.stdout + done.stderr)
    assert "gone (mlops-ext-gone 1.0)" in told


STORE = """
PLUGIN = Plugin(name="store", roles=("store", "registry"), kinds=("folder",))

@hookimpl
def mlops_check_setup(context):
    {body}
"""
LASTS = 'return Report(question="setup", checks=(Check(name="store-lasts", status="{}"),))'


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        ("raise OSError('the store is away')", 3, "OSError: the store is away"),
        ("return None", 3, "nobody could say whether the store outlives this runner"),
        (LASTS.format("fail"), 2, "the store will not outlive this runner"),
        (LASTS.format("pass"), 2, "no pipeline is deployed"),
    ],
    ids=["raises", "is silent", "no", "yes"],
)
def test_f76_a_store_that_can_not_say_whether_it_lasts_does_not_on_a_hosted_runner(
    project, plugins, body, code, told
):
    plugins("store", STORE.format(body=body))
    (project / "mlops-ext.toml").write_text(
        'name = "flights"\nplugins = ["store"]\n[models.m]\n[targets.production]\n'
    )
    commit(project)
    done = call(project, "trigger", code=code, GITHUB_ACTIONS="true", RUNNER_ENVIRONMENT="github-hosted")
    assert told in done.stdout + done.stderr
    call(project, "trigger", "--local", code=2, GITHUB_ACTIONS="true", RUNNER_ENVIRONMENT="github-hosted")
