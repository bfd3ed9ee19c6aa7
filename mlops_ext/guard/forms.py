"""What a secret looks like, where its issuer gave it a form of its own: none of these is found by chance."""

from __future__ import annotations

import re
from typing import NamedTuple


class Form(NamedTuple):
    """What it is, a word without which no line can hold one, and how it is written."""

    what: str
    word: str
    pattern: re.Pattern[str]

    def is_in(self, line: str) -> bool:
        """Whether a line holds one."""
        return self.word in line and bool(self.pattern.search(line))


def _form(what: str, word: str, pattern: str) -> Form:
    return Form(what, word, re.compile(pattern))


FORMS = (
    _form("a private key", "PRIVATE KEY", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    _form("an access key of AWS", "AKIA", r"(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _form("an access key of AWS", "ASIA", r"(?<![A-Za-z0-9])ASIA[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _form(
        "a secret key of AWS",
        "ecret",
        r"(?i:secret_?-?access_?-?key)['\"]?\s*[:=]\s*['\"]?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])",
    ),
    _form("a token of GitHub", "gh", r"(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,}"),
    _form("a token of GitHub", "github_pat_", r"github_pat_[A-Za-z0-9_]{60,}"),
    _form("a token of GitLab", "glpat-", r"(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,}"),
    _form("a token of Slack", "xox", r"(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{20,}"),
    _form(
        "an address of Slack that takes posts", "hooks.slack", r"hooks\.slack\.com/services/T\w+/B\w+/\w{20,}"
    ),
    _form("a key of Google", "AIza", r"(?<![A-Za-z0-9])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
    _form("a client secret of Google", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    _form("a key of Azure", "Key=", r"(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{42,86}={1,2}"),
    _form("a token of Hugging Face", "hf_", r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{34,}"),
    _form("a token of Databricks", "dapi", r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?![0-9a-f])"),
    _form("a token of PyPI", "pypi-", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    _form("a token of npm", "npm_", r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
    _form("a key of a model provider", "sk-", r"(?<![A-Za-z0-9])sk-(?:[a-z0-9]+-)+[A-Za-z0-9_-]{40,}"),
    _form("a key of Stripe", "k_live_", r"(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{20,}"),
    _form("a signed token", "eyJ", r"(?<![A-Za-z0-9])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    _form(
        "a password in a URL",
        "://",
        r"\b[a-zA-Z][\w+.-]{0,20}://[^\s/:@'\"<>{}$]{0,100}:(?!(?i:pass|password|pw|secret|token|x+)@)"
        r"[^\s/:@'\"<>{}$*]{3,200}@",
    ),
)
# Where a setting of DVC's is a secret: these belong into `.dvc/config.local`.
DVC_KEYS = frozenset(
    {
        "secret_access_key",
        "session_token",
        "sse_customer_key",
        "account_key",
        "client_secret",
        "connection_string",
        "sas_token",
        "gdrive_client_secret",
        "oss_key_secret",
        "passphrase",
        "password",
        "token",
    }
)
# Variables that the wrapped tools read secrets from.
VARIABLES = (
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_CLIENT_SECRET",
    "AZURE_STORAGE_CONNECTION_STRING",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "DVC_HTTP_PASSWORD",
    "DVC_STUDIO_TOKEN",
    "GITHUB_TOKEN",
    "MLFLOW_TRACKING_PASSWORD",
    "MLFLOW_TRACKING_TOKEN",
    "OSS_ACCESS_KEY_SECRET",
)
_NAMED_SO = r"\w*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|ACCESS_KEY|ACCOUNT_KEY|CONNECTION_STRING)\w*"
# A line of an environment file; what begins with `$` or `<` is filled in elsewhere.
ASSIGNED = re.compile(rf"^\s*(?:export\s+)?(?i:{_NAMED_SO})\s*=\s*['\"]?(?![$<{{])\S{{8,}}")
ENVIRONMENT_FILE = re.compile(r"(?:^|/)(?:\.env(?:\.(?!example|sample|template|dist)\w+)*|[^/]+\.env)$")
# What other scanners take for a person's word that a line is harmless.
MARKS = (b"pragma: allowlist secret", b"gitleaks:allow")
