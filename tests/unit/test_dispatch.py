"""Every answer and every fault has a name, and one that raises silences no other."""

from __future__ import annotations

import sys

import pytest

from mlops_ext import registry
from mlops_ext.contract.checks import Check, Report
from mlops_ext.dispatch import Dispatcher, guard
from mlops_ext.errors import CouldNotTellError, RefusedError, SettingsError


def plugin(name, body, hook="mlops_validate_pipeline(context)", more=""):
    return f'PLUGIN = Plugin(name="{name}"{more})\n\n@hookimpl\ndef {hook}:\n    {body}\n'


TABLE = "from mlops_ext import DataRef; return DataRef(name={}, uri='')"
SAYS_YES = 'return Report(question="pipeline", checks=(Check(name="a", status="pass"),))'


def ask(*names):
    return Dispatcher(registry.build(names, {})).reports("mlops_validate_pipeline", "pipeline", context=None)


def test_one_that_raises_loses_no_other_answer(plugins):
    plugins("a", plugin("a", SAYS_YES))
    plugins("b", plugin("b", "raise ValueError('no such thing')"))
    plugins("c", plugin("c", SAYS_YES))
    reports = ask("a", "b", "c")
    assert [report.plugin for report in reports] == ["a", "b", "c"]
    assert [bool(report.fault) for report in reports] == [False, True, False]
    assert "ValueError: no such thing" in reports[1].fault.what
    assert "b (mlops-ext-b 1.0)" in reports[1].fault.where


@pytest.mark.parametrize("body", ["raise SystemExit(0)", "import sys; sys.exit(0)", "raise AssertionError"])
def test_whatever_is_raised_is_could_not_tell(plugins, body):
    plugins("a", plugin("a", body))
    assert ask("a")[0].fault.exit_code == 3


def test_settings_errors_keep_their_code(plugins):
    plugins("a", plugin("a", 'from mlops_ext.errors import SettingsError; raise SettingsError("x", key="k")'))
    fault = ask("a")[0].fault
    assert fault.exit_code == 2
    assert "key k" in fault.where


def test_ctrl_c_in_a_hook_passes(plugins):
    plugins("a", plugin("a", "raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        ask("a")


def test_none_is_not_an_answer(plugins):
    plugins("a", plugin("a", "return None"))
    assert ask("a") == []


def test_several_reports_in_one_answer(plugins):
    plugins("a", plugin("a", 'return [Report(question="x"), Report(question="y")]'))
    assert [report.question for report in ask("a")] == ["x", "y"]


def owner(*names):
    dispatcher = Dispatcher(registry.build(names, {}))
    return dispatcher.ask_owner("mlops_resolve_data", context=None, name="t", revision="workspace")


def test_two_owners_are_a_settings_error(plugins):
    hook = "mlops_resolve_data(context, name)"
    for name in ("a", "b"):
        plugins(name, plugin(name, TABLE.format("name"), hook))
    with pytest.raises(SettingsError, match=r"a .* and b .*"):
        owner("a", "b")


def test_an_owner_among_those_whose_business_it_is_not(plugins):
    hook = "mlops_resolve_data(context, name)"
    plugins("a", plugin("a", "return None", hook))
    plugins("b", plugin("b", TABLE.format("name.upper()"), hook))
    assert owner("a", "b").name == "T"
    assert owner("a") is None


def test_an_owner_that_could_not_tell_is_not_none(plugins):
    plugins("a", plugin("a", "raise OSError('gone')", "mlops_resolve_data(context)"))
    with pytest.raises(CouldNotTellError, match="gone"):
        owner("a")


def test_nobody_for_a_kind_is_a_settings_error():
    with pytest.raises(SettingsError, match="kind `cloud`"):
        Dispatcher(registry.build((), {})).ask_kind("mlops_deploy", "cloud", context=None)


def test_the_host_is_guarded_like_a_plugin():
    def refuse():
        raise RefusedError("no", hint="do this")

    reports = guard("schema", "data:t", refuse)
    assert reports[0].fault.exit_code == 1
    assert reports[0].question == "data:t"
    good = guard("schema", "q", lambda: [Report(question="q", checks=(Check(name="a", status="pass"),))])
    assert good[0].plugin == "schema"


def test_what_takes_seconds_to_import_begins_early_and_only_for_those_who_are_asked(
    plugins, tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("asked_slow", "other_slow"):
        (tmp_path / f"{name}.py").write_text("")
    plugins("a", plugin("a", SAYS_YES, more=', slow=("asked_slow",)'))
    plugins("b", plugin("b", "return None", "mlops_notify(record)", more=', slow=("other_slow",)'))
    dispatcher = Dispatcher(registry.build(("a", "b"), {}))
    dispatcher.prepare("mlops_validate_pipeline")
    assert dispatcher.ask_all("mlops_validate_pipeline", context=None)[0].error is None
    assert "asked_slow" in sys.modules
    assert "other_slow" not in sys.modules


def test_an_early_import_that_fails_is_said_by_who_is_asked(plugins, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "half_there.py").write_text("raise ValueError('no wheel')\n")
    plugins("a", plugin("a", SAYS_YES, more=', slow=("half_there",)'))
    dispatcher = Dispatcher(registry.build(("a",), {}))
    dispatcher.prepare("mlops_validate_pipeline")
    for _ in range(2):
        (answer,) = dispatcher.ask_all("mlops_validate_pipeline", context=None)
        assert "ValueError: no wheel" in answer.error.what
