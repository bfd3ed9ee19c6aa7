"""Failures that nobody sees, test jobs that test nothing, runs that end with the runner."""

from __future__ import annotations

import pytest

from .conftest import DVC, LookAt, told

RULE = "swallowed-failure"
CI = ".github/workflows/ci.yml"
PIN = {"requirements.txt": "mlflow==3.17.2\n"}


def steps(text: str, job: str = "build", more: str = "") -> str:
    """A workflow of one job; its steps begin in line 6."""
    return f"on: push\njobs:\n  {job}:\n    runs-on: ubuntu-latest\n{more}    steps:\n{text}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("    - run: pytest || true\n", 6),
        ("    - run: |\n        pip list\n        pytest -q \\\n          tests || echo failed\n", 8),
        ("    - run: dvc repro || exit 0\n", 6),
        ("    - run: 'uv run pytest || :'\n", 6),
        ("    - run: python train.py && pytest || true\n", 6),
        ("    - run: (cd src && pytest || true)\n", 6),
        ("    - run: |\n        set +e\n        pytest\n", 7),
        ("    - run: pytest\n      continue-on-error: true\n", 7),
        ("    - uses: team/evaluate@v1\n      continue-on-error: true\n", 7),
        ("    - run: pytest | tee log\n", 6),
        ("    - run: bash -c 'pytest || true'\n", 6),
        ("    - run: coverage run -m pytest || true\n", 6),
        ("    - run: timeout 600 pytest || true\n", 6),
        ("    - run: docker compose run app pytest || true\n", 6),
        ('    - run: docker run app sh -c "pytest -q || echo no"\n', 6),
        ("    - run: if ! pytest; then echo failed; fi\n", 6),
        ("    - run: |\n        trap 'exit 0' EXIT\n        pytest\n", 7),
    ],
)
def test_failures_that_a_workflow_does_not_see(look_at: LookAt, text: str, line: int) -> None:
    assert told(look_at({CI: steps(text)})) == [f"{RULE} {CI}:{line}"]


def test_a_job_that_may_fail_and_a_composite_action(look_at: LookAt) -> None:
    action = "runs:\n  using: composite\n  steps:\n  - run: pytest || true\n    shell: bash\n"
    found = look_at(
        {
            CI: steps("    - run: pytest\n", more="    continue-on-error: true\n"),
            ".github/actions/a/action.yml": action,
        }
    )
    assert told(found) == [f"{RULE} .github/actions/a/action.yml:4", f"{RULE} {CI}:5"]


def test_a_workflow_after_one_that_failed(look_at: LookAt) -> None:
    text = (
        "on:\n  workflow_run:\n    workflows: [ci]\n"
        "    types: [completed]\njobs:\n  a:\n    steps:\n    - run: make\n"
    )
    assert told(look_at({CI: text})) == [f"{RULE} {CI}:2"]
    asked = text.replace("    steps", "    if: github.event.workflow_run.conclusion == 'success'\n    steps")
    assert look_at({CI: asked}) == []


@pytest.mark.parametrize(
    "text",
    [
        "    - run: |\n        # pytest || true\n        pytest\n",
        "    - run: echo 'pytest || true'\n",
        "    - run: |\n        code=$(curl -s x || true)\n        test $code = 200\n",
        "    - run: rm -rf cache || true\n",
        "    - run: if ! pytest; then echo failed; exit 1; fi\n",
        "    - run: |\n        trap 'rm -rf tmp' EXIT\n        pytest\n",
        "    - run: docker stop app || true\n",
        "    - run: kubectl delete job x || true\n",
        "    - run: docker run -d --name db redis || true\n",
        "    - run: git commit -m x || echo nothing to commit\n",
        "    - run: dvc remote add -d r s3://b || true\n",
        "    - run: pytest || exit 1\n",
        "    - run: pytest || { echo failed; exit 1; }\n",
        "    - run: pytest || (echo failed && exit 1)\n",
        "    - run: |\n        set +e\n        pytest\n        code=$?\n        exit $code\n",
        "    - run: |\n        set +e\n        rm x\n        set -e\n        pytest\n",
        "    - uses: actions/upload-artifact@v4\n      continue-on-error: true\n",
        "    - run: pytest\n      continue-on-error: false\n",
        "    - run: pytest\n      continue-on-error: ${{ matrix.experimental }}\n",
        "    - run: pytest\n      id: t\n      continue-on-error: true\n"
        "    - run: test ${{ steps.t.outcome }} = success\n",
        "    - run: pytest | tee log\n      shell: bash\n",
        "    - run: |\n        set -o pipefail\n        pytest | tee log\n",
        "    - run: |\n        cat <<EOF > run.sh\n        pytest || true\n        EOF\n",
        "    - run: echo ${{ github.event.number || true }}\n",
        "    - run: pip uninstall -y x || true\n",
        "    - run: python --version || true\n",
    ],
)
def test_what_may_fail_in_a_workflow(look_at: LookAt, text: str) -> None:
    assert look_at({CI: steps(text)}) == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("Makefile", "test:\n\tpytest || true\n", 2),
        ("Makefile", "test:\n\t-pytest tests\n", 2),
        ("Makefile", "all: test\ntest:\n\t@pytest; exit 0\n", 3),
        (".gitlab-ci.yml", "test:\n  script:\n    - pytest || true\n", 3),
        (".gitlab-ci.yml", "test:\n  allow_failure: true\n  script:\n    - pytest\n", 4),
        ("azure-pipelines.yml", "steps:\n- script: pytest || true\n", 2),
        (
            ".circleci/config.yml",
            "jobs:\n  a:\n    steps:\n    - run:\n        command: pytest || echo no\n",
            5,
        ),
        ("Dockerfile", "FROM python\nRUN pip list && \\\n    pytest || true\n", 3),
        ("tox.ini", "[testenv]\ncommands =\n    pip list\n    - pytest -q\n", 4),
        (".pre-commit-config.yaml", "repos:\n- hooks:\n  - entry: bash -c 'pytest || true'\n", 3),
        ("scripts/ci.sh", "#!/bin/bash\nset -e\npytest || true\n", 3),
    ],
)
def test_failures_that_other_tools_do_not_see(look_at: LookAt, path: str, text: str, line: int) -> None:
    assert told(look_at({path: text})) == [f"{RULE} {path}:{line}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Makefile", "clean:\n\t-rm -rf build\n\tdocker stop app || true\n# pytest || true\n"),
        ("Makefile", "X := $(shell pytest || true)\ntest:\n\tpytest\n"),
        (".gitlab-ci.yml", "test:\n  script:\n    - pytest\n"),
        ("Dockerfile", "FROM python\nRUN rm -f x || true\n# RUN pytest || true\n"),
        ("tox.ini", "[testenv]\ncommands =\n    pytest -q\n"),
    ],
)
def test_what_may_fail_elsewhere(look_at: LookAt, path: str, text: str) -> None:
    assert look_at({path: text}) == []


@pytest.mark.parametrize(
    ("cmd", "severity"),
    [
        ("python train.py || true", "critical"),
        ("python train.py || echo failed", "critical"),
        ("python prepare.py; python train.py", "warning"),
        ("|\n      python prepare.py\n      python train.py", "warning"),
        ("python train.py | tee log.txt", "warning"),
    ],
)
def test_failures_that_dvc_does_not_see(look_at: LookAt, cmd: str, severity: str) -> None:
    found = look_at({"dvc.yaml": f"stages:\n  a:\n    cmd: {cmd}\n", **DVC})
    assert [(one.name, one.severity) for one in found] == [(RULE, severity)]


@pytest.mark.parametrize(
    "cmd",
    [
        "python a.py && python b.py",
        "[python a.py, python b.py]",
        "|\n      set -e\n      python a.py\n      python b.py",
        "mkdir -p x; python a.py",
    ],
)
def test_failures_that_dvc_sees(look_at: LookAt, cmd: str) -> None:
    assert look_at({"dvc.yaml": f"stages:\n  a:\n    cmd: {cmd}\n", **DVC}) == []


def stage(script: str) -> dict[str, str]:
    return {"dvc.yaml": "stages:\n  a:\n    cmd: python a.py\n", "a.py": script, **DVC}


MAIN = "if __name__ == '__main__':\n    main()\n"


@pytest.mark.parametrize(
    ("script", "line"),
    [
        ("def main():\n    try:\n        work()\n    except Exception as e:\n        print(e)\n" + MAIN, 4),
        ("def main():\n    try:\n        work()\n    except:\n        pass\n" + MAIN, 4),
        (
            "try:\n    work()\nexcept Exception:\n    import_error = print('no')\n".replace(
                "import_error = ", ""
            ),
            3,
        ),
        ("import sys\ntry:\n    work()\nexcept (ValueError, Exception):\n    sys.exit(0)\n", 4),
        (
            "if __name__ == '__main__':\n    try:\n        main()\n"
            "    except BaseException:\n        log.exception('no')\n",
            4,
        ),
        (
            "def main():\n    try:\n        work()\n    except Exception as e:\n"
            "        logging.error(e)\n        return\nmain()\n",
            4,
        ),
        ("try:\n    work()\nexcept Exception:\n    print(1)\n    mlflow.end_run('FAILED')\n", 3),
        (
            "async def run():\n    try:\n        work()\n"
            "    except Exception as e:\n        print(e)\nasyncio.run(run())\n",
            4,
        ),
    ],
)
def test_scripts_that_catch_everything(look_at: LookAt, script: str, line: int) -> None:
    assert told(look_at(stage(script))) == [f"{RULE} a.py:{line}"]


@pytest.mark.parametrize(
    "script",
    [
        "def main():\n    try:\n        work()\n    except Exception as e:\n        print(e)\n        raise\n"
        + MAIN,
        "import sys\ntry:\n    work()\nexcept Exception as e:\n    print(e)\n    sys.exit(1)\n",
        "def main():\n    try:\n        work()\n    except Exception:\n"
        "        return 1\n    return 0\nraise SystemExit(main())\n",
        "try:\n    import fast\nexcept Exception:\n    pass\n",
        "try:\n    commit = git()\nexcept Exception:\n    commit = 'unknown'\n",
        "try:\n    work()\nexcept KeyError:\n    print('no')\n",
        "def tell():\n    try:\n        send()\n    except Exception:\n"
        "        pass\ndef main():\n    work()\n    tell2()\n" + MAIN,
        "def main():\n    for x in xs:\n        try:\n            work(x)\n"
        "        except Exception:\n            failed.append(x)\n" + MAIN,
    ],
)
def test_scripts_that_let_failures_out(look_at: LookAt, script: str) -> None:
    assert look_at(stage(script)) == []


def test_scripts_that_nobody_runs_are_their_own(look_at: LookAt) -> None:
    assert look_at({"a.py": "try:\n    work()\nexcept Exception:\n    pass\n"}) == []


def test_a_script_that_only_ci_runs(look_at: LookAt) -> None:
    files = {
        CI: steps("    - run: python -m pkg.a\n"),
        "pkg/a.py": "try:\n    work()\nexcept Exception:\n    pass\n",
    }
    assert told(look_at(files)) == [f"{RULE} pkg/a.py:3"]


@pytest.mark.parametrize(
    ("text", "job", "line"),
    [
        ("    - run: echo all tests passed\n", "test", 3),
        (
            "    - uses: actions/checkout@v4\n"
            "    - run: pip install -r requirements.txt\n    - run: echo ok\n",
            "unit-tests",
            3,
        ),
        ("    - run: make\n    - name: Run tests\n      run: echo 'no tests yet'\n", "build", 7),
        (
            "    - run: make\n    - name: Validate data\n      run: |\n        echo start\n        sleep 1\n",
            "build",
            7,
        ),
    ],
)
def test_test_jobs_that_only_echo(look_at: LookAt, text: str, job: str, line: int) -> None:
    assert told(look_at({CI: steps(text, job)})) == [f"test-only-echoes {CI}:{line}"]


@pytest.mark.parametrize(
    ("text", "job"),
    [
        ("    - run: echo start\n    - run: pytest\n", "test"),
        ("    - uses: team/pytest-action@v1\n    - run: echo done\n", "test"),
        ("    - run: echo hello\n", "build"),
        ("    - run: make\n    - name: Print test results\n      run: echo done\n", "build"),
        ("    - name: Check version\n      run: echo 1\n", "build"),
        ("    - name: Check\n      run: |\n        echo bad\n        exit 1\n", "build"),
        ("    - run: make check\n", "test"),
    ],
)
def test_jobs_that_test_or_are_no_tests(look_at: LookAt, text: str, job: str) -> None:
    assert look_at({CI: steps(text, job)}) == []


TRAIN = "import mlflow\nmlflow.log_metric('a', 1)\n"
KEEPS = "store-ends-with-runner"


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("    - run: python train.py\n", {"train.py": TRAIN}),
        ("    - run: dvc repro\n", {"train.py": TRAIN}),
        ("    - run: make train\n", {"train.py": TRAIN, "Makefile": "train:\n\tpython train.py\n"}),
        (
            "    - run: python train.py\n",
            {"train.py": TRAIN.replace("\n", "\nmlflow.set_tracking_uri('sqlite:///m.db')\n", 1)},
        ),
        (
            "    - run: python train.py\n      env:\n        MLFLOW_TRACKING_URI: sqlite:///m.db\n",
            {"train.py": TRAIN},
        ),
        (
            "    - run: python train.py\n    - uses: actions/upload-artifact@v4\n"
            "      with:\n        path: report.md\n",
            {"train.py": TRAIN},
        ),
    ],
)
def test_runs_that_end_with_the_runner(look_at: LookAt, text: str, files: dict[str, str]) -> None:
    assert told(look_at({CI: steps(text), **files, **PIN})) == [f"{KEEPS} {CI}:6"]


@pytest.mark.parametrize(
    ("workflow", "files"),
    [
        (
            steps(
                "    - run: python train.py\n      env:\n        MLFLOW_TRACKING_URI: ${{ secrets.URI }}\n"
            ),
            {"train.py": TRAIN},
        ),
        (
            "env:\n  MLFLOW_TRACKING_URI: https://m.example.org\n" + steps("    - run: dvc repro\n"),
            {"train.py": TRAIN},
        ),
        (
            steps("    - run: python train.py\n").replace("ubuntu-latest", "[self-hosted]"),
            {"train.py": TRAIN},
        ),
        (
            steps(
                "    - run: python train.py\n    - uses: actions/upload-artifact@v4\n"
                "      with:\n        path: mlruns\n"
            ),
            {"train.py": TRAIN},
        ),
        (
            steps("    - run: python train.py\n"),
            {"train.py": "import mlflow\nmlflow.set_tracking_uri('https://m.example.org')\n" + TRAIN},
        ),
        (
            steps("    - run: python train.py\n"),
            {"train.py": "import mlflow, os\nmlflow.set_tracking_uri(os.environ['U'])\n" + TRAIN},
        ),
        (steps("    - run: pytest\n"), {"train.py": TRAIN}),
        (steps("    - run: python train.py\n"), {"train.py": "print(1)\n", "other.py": TRAIN}),
        (steps("    # - run: python train.py\n    - run: make\n"), {"train.py": TRAIN}),
    ],
)
def test_runs_that_outlive_the_runner(look_at: LookAt, workflow: str, files: dict[str, str]) -> None:
    assert look_at({CI: workflow, **files, **PIN}) == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("Makefile", "test:\n\t@echo no tests yet\n", 2),
        (".gitlab-ci.yml", "unit-test:\n  script:\n    - echo ok\n", 3),
    ],
)
def test_tests_of_other_tools_that_only_echo(look_at: LookAt, path: str, text: str, line: int) -> None:
    assert told(look_at({path: text})) == [f"test-only-echoes {path}:{line}"]
    assert look_at({path: text.replace("echo", "pytest")}) == []
