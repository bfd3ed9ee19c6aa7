"""Shell that goes on as if nothing had happened: in CI, make, DVC's `cmd`, and shell scripts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import Piece, argv, pieces

RULE = "swallowed-failure"
# What is worth a red job; clean-up (`rm`, `docker stop`, `dvc remote add`) may fail.
_WORK = re.compile(
    r"^(?:\S*python[\d.]*|\S+\.(?:py|sh)|py\.?test|unittest|tox|nox|make|bash|sh|Rscript|julia|papermill|jupyter|papermill"
    r"|dvc (?:repro|exp run|status|metrics|params|pull|push|fetch|data status)|mlflow (?:run|models)"
    r"|mlops-ext|great_expectations|gx|evidently|cml (?:ci|runner|publish)|coverage (?:run|report)"
    r"|pip3? install|uv (?:pip install|sync)|poetry install|pipenv (?:install|sync)|conda (?:env|install)"
    r"|docker (?:build|buildx|push|compose build)|docker-compose build|kubectl|helm|terraform"
    r"|npm (?:test|run|ci)"
    r"|gcloud|aws|az|twine|black|ruff|flake8|pylint|mypy|isort|pyright|bandit|safety|pre-commit|pip-audit"
    r"|nbval|behave|locust|kedro run|zenml|prefect|ansible-playbook)\b"
)
_HARMLESS = re.compile(
    r"--version\b|--help\b|\s-V$|^python[\d.]* -c\b|^make (?:clean|stop|down|kill)|-m venv|uninstall"
)
_MILD = re.compile(
    r"^(?:dvc (?:pull|fetch|push|metrics|params)|black|ruff|flake8|pylint|mypy|isort|pyright|bandit|safety"
    r"|pip-audit)\b"
)
_NOTHING = re.compile(
    r"^(?:true|:|/bin/true|echo\b.*|printf\b.*|exit 0|return 0|\{\s*(?:echo|printf|true|:).*)$",
    re.DOTALL,
)
_LOOKS = re.compile(r"\$\?|PIPESTATUS|\$\{?rc\b|\$\{?status\b")


def find(look: Look) -> Iterator[Finding]:
    """Every place where the end of a command that matters is not looked at."""
    for script in look.scripts:
        row = pieces(script.text)
        yield from _or_nothing(script, row)
        yield from _errexit_off(script, row)
        yield from _forgiven(script, row)
        yield from _in_a_pipe(script, row)
        if not script.stops:
            yield from _then_zero(script, row)
        if not script.stops and script.where.startswith("stage "):
            yield from _not_the_last(script, row)


def _or_nothing(script: Script, row: list[Piece]) -> Iterator[Finding]:
    for place, piece in enumerate(row):
        if piece.before != "||" or place == 0 or not _NOTHING.match(_bare(piece)):
            continue
        if any(next_.before == "&&" and _ends_badly(next_) for next_ in row[place + 1 : place + 3]):
            continue
        start = _chain(row, place - 1)
        group = row[place + 1 : place + 4] if piece.text.startswith("{") else []
        if any(_ends_badly(one) for one in group) or (
            place + 1 < len(row) and row[place + 1].before == "&&" and _ends_badly(row[place + 1])
        ):
            continue
        work = next((one for one in row[start:place] if _works(one)), None)
        if work:
            yield _finding(
                script,
                row[place - 1].line,
                f"`{_short(work)} || {_bare(piece)}`",
                _bare_work(work),
                "take away what follows ||, or look at the code and end with it",
            )


def _chain(row: list[Piece], place: int) -> int:
    """The first command of the list that ends here: `a && b | c`."""
    while place > 0 and row[place].before in ("&&", "|", "||"):
        place -= 1
    return place


def _errexit_off(script: Script, row: list[Piece]) -> Iterator[Finding]:
    off: Piece | None = None
    if _LOOKS.search(script.text):
        return
    for piece in row:
        words = " ".join(argv(piece.text))
        if re.match(r"^set \+\w*e|^set \+o errexit", words):
            off = piece
        elif re.match(r"^set -\w*e|^set -o errexit", words):
            off = None
        elif off and _works(piece):
            yield _finding(
                script,
                off.line,
                f"`set +e` before `{_short(piece)}`",
                _bare_work(piece),
                "take `set +e` away, or look at $? after the command",
            )
            off = None


def _forgiven(script: Script, row: list[Piece]) -> Iterator[Finding]:
    work = next((piece for piece in row if _works(piece)), None)
    if script.forgiven and work:
        how = "a `-` before the recipe" if script.where.startswith("make ") else "`allow_failure: true`"
        yield _finding(script, work.line, f"{how} of `{_short(work)}`", _bare_work(work), "take it away")


def _in_a_pipe(script: Script, row: list[Piece]) -> Iterator[Finding]:
    if script.pipes or "PIPESTATUS" in script.text:
        return
    for piece in row:
        if (
            piece.after in ("|", "|&")
            and _works(piece)
            and re.match(r"^(?:pytest|tox|nox|dvc|mlops-ext|make|\S*python\S*)\b", _bare_work(piece))
        ):
            yield _finding(
                script,
                piece.line,
                f"`{_short(piece)} |` gives the code of what it is piped into",
                "warning",
                "set -o pipefail before it, or shell: bash in a workflow",
            )


def _then_zero(script: Script, row: list[Piece]) -> Iterator[Finding]:
    for piece, after in itertools.pairwise(row):
        if after.before in (";", "\n") and _works(piece) and re.fullmatch(r"exit 0|true|:", _bare(after)):
            what = f"`{_short(piece)}; {_bare(after)}`"
            yield _finding(script, piece.line, what, _bare_work(piece), "take away what follows it")


def _not_the_last(script: Script, row: list[Piece]) -> Iterator[Finding]:
    for piece, after in itertools.pairwise(row):
        zero = re.fullmatch(r"exit 0|true|:", _bare(after))
        if after.before in (";", "\n") and piece.before != "|" and _works(piece) and not zero:
            yield _finding(
                script,
                piece.line,
                f"`{_short(piece)}` is not the last command, and DVC sees only the code of the last",
                "warning",
                "join them with &&, or make cmd a list",
            )


def _finding(script: Script, line: int, what: str, work: str, hint: str) -> Finding:
    mild = work == "warning" or bool(_MILD.match(work))
    return Finding(
        rule=RULE,
        file=script.file,
        line=script.line + line,
        message=f"{script.where}: {what}: when it fails, nobody sees it",
        hint=hint,
        severity="warning" if mild else "",
    )


def _works(piece: Piece) -> bool:
    command = _bare_work(piece)
    return bool(_WORK.match(command)) and not _HARMLESS.search(command)


def _bare(piece: Piece) -> str:
    return (
        piece.text.strip().rstrip(")").strip()
        if piece.text.count(")") > piece.text.count("(")
        else piece.text.strip()
    )


def _bare_work(piece: Piece) -> str:
    return " ".join(argv(piece.text))


def _ends_badly(piece: Piece) -> bool:
    return bool(re.search(r"\bexit\s+(?:[1-9]|\$)|\bfalse\b|return [1-9]", piece.text))


def _short(piece: Piece) -> str:
    text = " ".join(_bare_work(piece).split())
    return text if len(text) <= 50 else f"{text[:47]}..."
