"""integrate runs a team's tests as their pytest is set up, and reads what it found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from calling import call, git

PYTHON = Path(__file__).parents[2] / ".build" / "flights" / "venv" / "bin" / "python"
GOOD = "def test_good():\n    assert 1 + 1 == 2\n"
Checks = dict[str, dict[str, Any]]


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., Checks]:
    """The checks of a repository with these files; `/` in place of `__`, and the exit code that is due."""
    git(tmp_path, "init", "-q", "-b", "main")

    def ask(files: dict[str, str], code: int = 0, more: str = "") -> Checks:
        settings = f'name = "shop"\nplugins = []\npython = "{PYTHON}"\n{more}'
        for name, text in {"mlops-ext.toml": settings, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        done = call(tmp_path, "integrate", "--only", "tests", "--format", "json", code=code)
        (report,) = json.loads(done.stdout)["reports"]
        return {check["name"]: check for check in report["checks"]}

    return ask


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_empty.py": "VALUE = 1\n"},
        {"README.md": "no tests\n"},
        {"src/test_model.py": "raise SystemExit('a script that evaluates, no test')\n"},
        {"pyproject.toml": "[tool.pytest.ini_options]\ntestpaths = ['checks']\n", "checks/a.py": GOOD},
    ],
    ids=["no test in it", "no file", "a script", "nothing where pytest looks"],
)
def test_zero_tests_are_nothing_to_check(asked: Callable[..., Checks], files: dict[str, str]) -> None:
    (check,) = asked(files).values()
    assert check["status"] == "skipped"
    assert "nothing to check" in check["message"]


@pytest.mark.parametrize(
    "files",
    [
        {"test/test_a.py": GOOD},
        {"src/shop/test_a.py": GOOD},
        {"src/shop/tests/deep/a_test.py": GOOD},
        {"pytest.ini": "[pytest]\ntestpaths = checks\n", "checks/test_a.py": GOOD},
        {"setup.cfg": "[tool:pytest]\npython_files = check_*.py\n", "src/check_a.py": GOOD},
        {"tox.ini": "[pytest]\naddopts = --ff -x\n", "tests/test_a.py": GOOD},
        {
            "pyproject.toml": "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n"
            "addopts = '--strict-config -p no:cacheprovider'\n",
            "tests/test_a.py": GOOD,
        },
    ],
    ids=["test", "next to the code", "deep", "testpaths", "python_files", "options of the cache", "strict"],
)
def test_tests_are_found_where_teams_keep_them(asked: Callable[..., Checks], files: dict[str, str]) -> None:
    (check,) = asked(files).values()
    assert check["name"].endswith("::test_good")
    assert check["status"] == "pass"


def test_a_file_that_can_not_be_collected_is_named_and_the_others_are_answered(
    asked: Callable[..., Checks],
) -> None:
    checks = asked({"tests/test_a.py": GOOD, "tests/test_b.py": "import nowhere\n" + GOOD}, code=3)
    assert [check["status"] for check in checks.values()] == ["error", "pass"]
    broken = checks["tests.test_b"]
    assert "No module named 'nowhere'" in broken["message"]
    assert broken["where"] == "tests/test_b.py:1"


def test_a_conftest_that_fails_is_could_not_tell_with_its_line(asked: Callable[..., Checks]) -> None:
    (check,) = asked({"tests/test_a.py": GOOD, "tests/conftest.py": "\n\nimport nowhere\n"}, code=3).values()
    assert "No module named 'nowhere'" in check["message"]
    assert check["where"] == "tests/conftest.py:3"


def test_what_is_expected_to_fail_is_no_pass_and_a_surprise_is_a_no_where_it_is_strict(
    asked: Callable[..., Checks],
) -> None:
    text = """import pytest

@pytest.mark.xfail(reason="known")
def test_known(): assert False

@pytest.mark.xfail(strict=True)
def test_surprise(): assert True

@pytest.fixture
def broken(): raise ValueError("no database")

def test_needs_it(broken): pass

@pytest.mark.skip(reason="later")
def test_later(): pass
"""
    checks = asked({"tests/test_a.py": text}, code=1)
    words = {name.rpartition("::")[2]: check["status"] for name, check in checks.items()}
    assert words == {
        "test_known": "skipped",
        "test_surprise": "fail",
        "test_needs_it": "fail",
        "test_later": "skipped",
    }


def test_a_warning_is_a_no_where_the_team_says_so(asked: Callable[..., Checks]) -> None:
    text = "import warnings\n\ndef test_warns():\n    warnings.warn('old', DeprecationWarning)\n"
    assert [one["status"] for one in asked({"tests/test_a.py": text}).values()] == ["pass"]
    (check,) = asked({"pytest.ini": "[pytest]\nfilterwarnings = error\n"}, code=1).values()
    assert "DeprecationWarning: old" in check["message"]
    assert check["where"] == "tests/test_a.py:4"


def test_a_process_that_ends_well_without_results_is_no_pass(asked: Callable[..., Checks]) -> None:
    (check,) = asked({"tests/test_a.py": "import os\nos._exit(0)\n"}, code=3).values()
    assert "left no results" in check["message"]


def test_a_command_that_is_pytest_is_read_like_ours(asked: Callable[..., Checks]) -> None:
    command = '[integrate]\ntests = ["python", "-m", "pytest", "checks", "-k", "{}"]\n'
    files = {"checks/test_a.py": GOOD + "\ndef test_bad():\n    assert 0\n"}
    assert list(asked(files, more=command.format("good"))) == ["checks.test_a::test_good"]
    (check,) = asked(files, more=command.format("nothing")).values()
    assert check["status"] == "skipped"
