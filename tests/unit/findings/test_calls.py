"""Workflows that call our stages: history, permissions, keys, and what outlives the runner."""

from __future__ import annotations

import pytest

from .conftest import LookAt, told

FILE = ".github/workflows/ci.yml"
OURS = "mlops-ext/mlops-ext"
CALL = f"    uses: {OURS}/.github/workflows/{{}}.yml@0123456789abcdef0123456789abcdef01234567\n"
ACTION = f"    - uses: {OURS}/github-actions/{{}}@v1\n"
CHECKOUT = "    - uses: actions/checkout@v7\n"
RUNS = "    runs-on: ubuntu-24.04\n    steps:\n"
S3 = {".dvc/config": "['remote \"r\"']\n    url = s3://bucket/dvc\n"}
WEB = {".dvc/config": "['remote \"r\"']\n    url = https://example.org/dvc\n"}
KEYS = (
    "    secrets:\n      environment: |\n        AWS_ACCESS_KEY_ID=${{ secrets.A }}\n"
    "        AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\n"
)
ONE = "    secrets: {environment: '${{ secrets.K }}'}\n"


def workflow(job: str, on: str = "push", more: str = "") -> dict[str, str]:
    """A workflow of the job `a`, which begins in line 3, its body in line 4."""
    return {FILE: f"on: {on}\njobs:\n  a:\n{job}{more}"}


@pytest.mark.parametrize("step", [ACTION.format("integrate"), "    - run: uv run mlops-ext integrate\n"])
def test_a_checkout_without_history_is_critical_for_pull_requests(look_at: LookAt, step: str) -> None:
    for on, severity in (("[push, pull_request]", "critical"), ("push", "warning")):
        (found,) = look_at(workflow(RUNS + CHECKOUT + step, on))
        assert (found.name, found.where, found.severity) == ("shallow-checkout", f"{FILE}:6", severity)


@pytest.mark.parametrize(
    "steps",
    [
        CHECKOUT + "      with: {fetch-depth: 0}\n" + ACTION.format("integrate"),
        CHECKOUT + "      with: {fetch-depth: '${{ inputs.depth }}'}\n" + ACTION.format("integrate"),
        CHECKOUT + "    - run: git fetch --unshallow\n" + ACTION.format("integrate"),
        CHECKOUT + "    - run: mlops-ext doctor\n",
        CHECKOUT + "    - run: pytest\n",
        ACTION.format("integrate"),
    ],
)
def test_checkouts_that_are_right(look_at: LookAt, steps: str) -> None:
    assert look_at(workflow(RUNS + steps, "pull_request")) == []


def test_a_call_that_may_do_less_than_it_has_to_is_critical(look_at: LookAt) -> None:
    granted = "    permissions:\n      contents: read\n      actions: write\n      deployments: write\n"
    (found,) = look_at({**workflow(granted + CALL.format("deliver") + KEYS), **S3})
    assert (found.name, found.where, found.severity) == ("missing-permission", f"{FILE}:3", "critical")
    assert found.message == "job a calls deliver without contents: write: GitHub does not start it"
    assert found.hint == "permissions: {actions: read, contents: write, deployments: write}"


@pytest.mark.parametrize("granted", ["", "    permissions: write-all\n"])
def test_what_is_not_said_or_enough_is_no_finding(look_at: LookAt, granted: str) -> None:
    assert look_at({**workflow(granted + CALL.format("monitor") + KEYS), **S3}) == []


def test_a_step_that_can_not_say_what_it_has_to_is_a_warning(look_at: LookAt) -> None:
    text = f"on: push\npermissions: read-all\njobs:\n  a:\n{RUNS}{ACTION.format('comment')}"
    (found,) = look_at({FILE: text})
    assert (found.name, found.where, found.severity) == ("missing-permission", f"{FILE}:7", "warning")
    assert "checks: write, pull-requests: write" in found.message


def test_stages_without_the_keys_of_their_remote(look_at: LookAt) -> None:
    (found,) = look_at({**workflow(CALL.format("trigger")), **S3})
    assert (found.name, found.where) == ("missing-secret", f"{FILE}:3")
    assert "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, which the remote r needs" in found.message
    half = "    secrets:\n      environment: AWS_ACCESS_KEY_ID=${{ secrets.A }}\n"
    (found,) = look_at({**workflow(CALL.format("trigger") + half), **S3})
    assert "without AWS_SECRET_ACCESS_KEY, which" in found.message


@pytest.mark.parametrize(
    "job",
    [
        CALL.format("trigger") + KEYS,
        CALL.format("trigger") + "    secrets: inherit\n",
        CALL.format("trigger") + "    secrets: {environment: '${{ secrets.ALL }}'}\n",
        CALL.format("trigger") + "    with: {runs-on: '[\"self-hosted\"]'}\n",
        CALL.format("integrate"),
        RUNS + "    - uses: aws-actions/configure-aws-credentials@v5\n    - run: mlops-ext trigger\n",
        RUNS + ACTION.format("trigger") + "      with: {environment: '${{ secrets.ALL }}'}\n",
    ],
)
def test_keys_that_are_there_or_may_be(look_at: LookAt, job: str) -> None:
    assert look_at({**workflow(job), **S3}) == []


def test_keys_of_another_projects_remote_are_not_asked_for(look_at: LookAt) -> None:
    other = "    with: {project: other}\n"
    assert look_at({**workflow(CALL.format("trigger") + other), **S3}) == []


def test_a_remote_that_all_may_read_needs_no_key(look_at: LookAt) -> None:
    assert look_at({**workflow(CALL.format("trigger")), **WEB}) == []


PULLED = "pull_request"
ANY = f"{RUNS}    - run: mlops-ext integrate\n      env: {{K: '${{{{ secrets.K }}}}'}}\n"


@pytest.mark.parametrize(
    ("on", "job", "severity"),
    [
        (PULLED, CALL.format("integrate") + "    secrets: inherit\n", "warning"),
        (PULLED, CALL.format("integrate") + ONE, "warning"),
        (PULLED, f"    env: {{K: '${{{{ secrets.K }}}}'}}\n{RUNS}{ACTION.format('integrate')}", "warning"),
        ("pull_request_target", ANY, "critical"),
    ],
)
def test_secrets_where_a_pull_requests_code_runs(look_at: LookAt, on: str, job: str, severity: str) -> None:
    (found,) = look_at(workflow(job, on))
    assert (found.name, found.severity) == ("secret-in-integrate", severity)


TOKEN = "      env: {T: '${{ secrets.GITHUB_TOKEN }}'}\n"


@pytest.mark.parametrize(
    ("on", "job"),
    [
        ("push", CALL.format("integrate") + ONE),
        (PULLED, RUNS + ACTION.format("integrate") + TOKEN),
        (PULLED, ANY.replace("mlops-ext integrate", "pytest")),
    ],
)
def test_secrets_that_are_none_of_integrates(look_at: LookAt, on: str, job: str) -> None:
    assert look_at(workflow(job, on)) == []


@pytest.mark.parametrize(
    "more",
    [
        {},
        {".dvc/config": "['remote \"r\"']\n    url = /mnt/share/dvc\n"},
        {**WEB, "mlops-ext.toml": "keep = 'never'\n"},
    ],
)
def test_a_store_that_nothing_keeps_between_two_jobs(look_at: LookAt, more: dict[str, str]) -> None:
    (found,) = look_at({**workflow(CALL.format("deliver")), **more})
    assert (found.name, found.where) == ("store-ends-with-runner", f"{FILE}:3")


@pytest.mark.parametrize(
    "more",
    [
        WEB,
        {"mlops-ext.toml": "[mlflow]\ntracking_uri = 'https://mlflow.example.org'\n"},
        {"pyproject.toml": "[tool.mlops-ext.mlflow]\ntracking_uri = 'https://mlflow.example.org'\n"},
        {".env": "MLFLOW_TRACKING_URI=https://mlflow.example.org\n"},
    ],
)
def test_a_store_that_lasts(look_at: LookAt, more: dict[str, str]) -> None:
    assert look_at({**workflow(CALL.format("deliver")), **more}) == []


def test_a_service_of_a_machine_that_ends(look_at: LookAt) -> None:
    settings = {"mlops-ext.toml": "plugins = ['dvc', 'serve']\n"}
    both = CALL.format("release") + "  b:\n" + CALL.format("monitor")
    assert told(look_at({**workflow(both), **settings, **WEB})) == [
        f"service-ends-with-runner {FILE}:3",
        f"service-ends-with-runner {FILE}:5",
    ]
    own = "    with: {runs-on: '\"self-hosted\"'}\n"
    both = CALL.format("release") + own + "  b:\n" + CALL.format("monitor") + own
    assert look_at({**workflow(both), **settings, **WEB}) == []
    assert look_at({**workflow(CALL.format("release")), **WEB, "mlops-ext.toml": "plugins = ['dvc']\n"}) == []


def test_reusable_workflows_and_others_of_the_same_words_are_not_asked(look_at: LookAt) -> None:
    assert look_at(workflow(CALL.format("deliver"), "workflow_call")) == []
    other = "    uses: other/place/.github/workflows/deliver.yml@v1\n"
    assert look_at(workflow(other)) == []


def test_a_comment_after_a_run_that_failed_is_what_it_is_for(look_at: LookAt) -> None:
    on = "{workflow_run: {workflows: [ci], types: [completed]}}"
    assert look_at(workflow(CALL.format("comment"), on)) == []
