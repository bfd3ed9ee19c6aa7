"""Shell that goes on as if nothing had happened: in CI, make, DVC's `cmd`, and shell scripts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from mlops_ext.findings.commands import Script
from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.shell import Piece, argv, pieces
from mlops_ext.findings.work import mild, program, short, works

RULE = "swallowed-failure"
_NOTHING = re.compile(
    r"^(?:true|:|/bin/true|echo\b.*|printf\b.*|exit 0|return 0|\{\s*(?:echo|printf|true|:).*)$",
    re.DOTALL,
)
_LOOKS = re.compile(r"\$\?|PIPESTATUS|\$\{?rc\b|\$\{?status\b")


def find(look: Look) -> Iterator[Finding]:
    """Every place where the end of a command that matters is not looked at."""
    for script in look.scripts:
        row = pieces(script.text)
        for inner in (script, *_nested(script, row)):
            yield from _or_nothing(inner, pieces(inner.text))
        yield from _if_not(script, row)
        yield from _errexit_off(script, row)
        yield from _forgiven(script, row)
        yield from _in_a_pipe(script, row)
        if not script.stops:
            yield from _then_zero(script, row)
        if not script.stops and script.where.startswith("stage "):
            yield from _not_the_last(script, row)


def _nested(script: Script, row: list[Piece]) -> Iterator[Script]:
    """What is handed to another shell: `bash -c "..."`, `docker run image sh -c '...'`."""
    for piece in row:
        words = argv(piece.text)
        for word, given in itertools.pairwise(words):
            if word in ("-c", "-lc", "-ec") and words[0] in ("bash", "sh", "docker", "ssh", "docker-compose"):
                yield replace(script, text=given, line=script.line + piece.line)


def _if_not(script: Script, row: list[Piece]) -> Iterator[Finding]:
    """`if ! pytest; then echo failed; fi`: what failed is told, and forgotten."""
    for place, piece in enumerate(row):
        if not re.match(r"if\s+!\s", piece.text) or not works(piece):
            continue
        end = next((n for n, one in enumerate(row) if n > place and one.text.startswith("fi")), len(row))
        body = [argv(one.text)[:1] for one in row[place + 1 : end]]
        if body and all(words and words[0] in ("echo", "printf", "true", ":") for words in body):
            what = f"`if ! {short(piece)}` only prints"
            yield _finding(script, piece.line, what, program(piece), "end the branch with exit 1")


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
        work = next((one for one in row[start:place] if works(one)), None)
        if work:
            yield _finding(
                script,
                row[place - 1].line,
                f"`{short(work)} || {_bare(piece)}`",
                program(work),
                "take away what follows ||, or look at the code and end with it",
            )


def _chain(row: list[Piece], place: int) -> int:
    """The first command of the list that ends here: `a && b | c`."""
    while place > 0 and row[place].before in ("&&", "|", "||"):
        place -= 1
    return place


def _errexit_off(script: Script, row: list[Piece]) -> Iterator[Finding]:
    off: Piece | None = None
    trap = re.search(r"\btrap\s+['\"][^'\"]*exit 0['\"]\s+(?:EXIT|ERR|0)\b", script.text)
    if trap and (work := next((piece for piece in row if works(piece)), None)):
        line = script.text.count("\n", 0, trap.start())
        yield _finding(script, line, f"`{trap[0]}`", program(work), "keep the code: trap '...; exit $?'")
    if _LOOKS.search(script.text):
        return
    for piece in row:
        words = " ".join(argv(piece.text))
        if re.match(r"^set \+\w*e|^set \+o errexit", words):
            off = piece
        elif re.match(r"^set -\w*e|^set -o errexit", words):
            off = None
        elif off and works(piece):
            yield _finding(
                script,
                off.line,
                f"`set +e` before `{short(piece)}`",
                program(piece),
                "take `set +e` away, or look at $? after the command",
            )
            off = None


def _forgiven(script: Script, row: list[Piece]) -> Iterator[Finding]:
    work = next((piece for piece in row if works(piece)), None)
    if script.forgiven and work:
        how = "a `-` before the recipe" if script.where.startswith("make ") else "`allow_failure: true`"
        yield _finding(script, work.line, f"{how} of `{short(work)}`", program(work), "take it away")


def _in_a_pipe(script: Script, row: list[Piece]) -> Iterator[Finding]:
    if script.pipes or "PIPESTATUS" in script.text:
        return
    for piece in row:
        if (
            piece.after in ("|", "|&")
            and works(piece)
            and re.match(r"^(?:pytest|tox|nox|dvc|mlops-ext|make|\S*python\S*)\b", program(piece))
        ):
            yield _finding(
                script,
                piece.line,
                f"`{short(piece)} |` gives the code of what it is piped into",
                "warning",
                "set -o pipefail before it, or shell: bash in a workflow",
            )


def _then_zero(script: Script, row: list[Piece]) -> Iterator[Finding]:
    for piece, after in itertools.pairwise(row):
        if after.before in (";", "\n") and works(piece) and re.fullmatch(r"exit 0|true|:", _bare(after)):
            what = f"`{short(piece)}; {_bare(after)}`"
            yield _finding(script, piece.line, what, program(piece), "take away what follows it")


def _not_the_last(script: Script, row: list[Piece]) -> Iterator[Finding]:
    for piece, after in itertools.pairwise(row):
        zero = re.fullmatch(r"exit 0|true|:", _bare(after))
        if after.before in (";", "\n") and piece.before != "|" and works(piece) and not zero:
            yield _finding(
                script,
                piece.line,
                f"`{short(piece)}` is not the last command, and DVC sees only the code of the last",
                "warning",
                "join them with &&, or make cmd a list",
            )


def _finding(script: Script, line: int, what: str, work: str, hint: str) -> Finding:
    is_mild = work == "warning" or mild(work)
    return Finding(
        rule=RULE,
        file=script.file,
        line=script.line + line,
        message=f"{script.where}: {what}: when it fails, nobody sees it",
        hint=hint,
        severity="warning" if is_mild else "",
    )


def _bare(piece: Piece) -> str:
    return (
        piece.text.strip().rstrip(")").strip()
        if piece.text.count(")") > piece.text.count("(")
        else piece.text.strip()
    )


def _ends_badly(piece: Piece) -> bool:
    return bool(re.search(r"\bexit\s+(?:[1-9]|\$)|\bfalse\b|return [1-9]", piece.text))
