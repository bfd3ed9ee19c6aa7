"""The rules as data: what each is called, how bad it is, and what is read to answer it.

Ids are words, as in actionlint's and zizmor's: an annotation is understood without looking a number up.
A finding that makes a stage fail or say what is not so is critical; the rest are warnings.
"""

from __future__ import annotations

from typing import NamedTuple

PAGE = "docs/reference/findings.md"
CRITICAL = "critical"
WARNING = "warning"
INFO = "info"


class Rule(NamedTuple):
    """One kind of fault. `reads` is the kind of file without which there is nothing to ask."""

    id: str
    severity: str
    reads: str
    title: str


_ALL = (
    Rule(
        "incompatible-versions", CRITICAL, "requirements", "versions that resolve and do not import together"
    ),
    Rule("unpinned-requirements", WARNING, "requirements", "requirements without versions"),
    Rule("undecodable-text", CRITICAL, "files", "a file that is not UTF-8"),
    Rule("unreadable-file", CRITICAL, "files", "a file that can't be parsed"),
    Rule("dvc-not-initialised", CRITICAL, "pipelines", "dvc.yaml or .dvc files without a .dvc folder"),
    Rule("missing-dependency", CRITICAL, "pipelines", "a dependency that is not in the tree"),
    Rule("output-not-written", CRITICAL, "pipelines", "a stage whose script can't write its output"),
    Rule("output-in-git", CRITICAL, "pipelines", "an output of DVC that Git tracks already"),
    Rule("remote-of-another-machine", CRITICAL, "remotes", "a DVC remote on another machine's disk"),
    Rule("remote-does-not-last", WARNING, "remotes", "a DVC remote that does not last"),
    Rule("localhost-tracking", WARNING, "files", "a tracking server on localhost"),
    Rule("refused-file-store", CRITICAL, "files", "a file store, which MLflow refuses"),
    Rule("store-ends-with-runner", WARNING, "workflows", "an MLflow store that ends with the runner"),
    Rule("service-ends-with-runner", WARNING, "workflows", "a prediction service that ends with the runner"),
    Rule("shallow-checkout", CRITICAL, "workflows", "a stage on a checkout without history"),
    Rule("missing-permission", CRITICAL, "workflows", "a stage that may do less than it has to"),
    Rule("missing-secret", WARNING, "workflows", "a stage without the keys of its remote"),
    Rule("secret-in-integrate", WARNING, "workflows", "a secret where a pull request's code runs"),
    Rule("gx-before-1", CRITICAL, "files", "a Great Expectations 0.x project"),
    Rule("unseeded-split", WARNING, "python", "a split or shuffle without a seed"),
    Rule("registered-before-evaluated", WARNING, "python", "a model registered before it is evaluated"),
    Rule("committed-database", WARNING, "files", "a database in Git"),
    Rule("committed-mlruns", WARNING, "files", "an MLflow file store in Git"),
    Rule("swallowed-failure", CRITICAL, "commands", "a failure that nobody sees"),
    Rule("test-only-echoes", CRITICAL, "workflows", "a test job that tests nothing"),
)

RULES = {rule.id: rule for rule in _ALL}

# One module each, imported when it is asked.
KINDS = (
    "incompatible",
    "requirements",
    "encodings",
    "initialised",
    "dependencies",
    "outputs",
    "outputs_in_git",
    "remotes",
    "localhost",
    "file_store",
    "runner_store",
    "runner_store_of_stages",
    "runner_service",
    "shallow_checkouts",
    "permissions",
    "missing_secrets",
    "secrets_in_integrate",
    "old_expectations",
    "splits",
    "registration",
    "databases",
    "swallowed_commands",
    "swallowed_by_options",
    "swallowed_steps",
    "swallowed_exceptions",
    "echoes",
)
