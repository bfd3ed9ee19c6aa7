"""Shell text as a row of commands: enough to see what is run and what becomes of its failure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

# Longer commands carry data; what is asked of them stands at their beginning.
LONGEST = 4000
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_OPERATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "\n")
_BEFORE = re.compile(
    r"^(?:if|then|do|else|elif|while|until|!|time|exec|sudo|nice|command|\{)\s+|^\(\s*"
    r"|^[A-Za-z_]\w*=(?:\"[^\"]*\"|'[^']*'|\$(?!\()|[^\s$`'\"])*\s+"
)
_RUNNERS = re.compile(
    r"^(?:uv run|poetry run|pipenv run|pdm run|hatch run|rye run|xvfb-run|accelerate launch|torchrun"
    r"|coverage run|timeout(?: -\S+)* \S+|env|(?:conda|mamba|micromamba) run(?: -\w+ \S+| --[\w-]+)*)\s+"
)


class Piece(NamedTuple):
    """One simple command, the operator before it and the one after it, and its line (from 0)."""

    before: str
    text: str
    after: str
    line: int


def pieces(script: str) -> list[Piece]:
    """The commands of a script; comments and here-documents are no commands, a subshell is one."""
    found: list[Piece] = []
    before, start, text = "", 0, ""
    for operator, part, line in _split(script):
        text, start = part.strip(), line
        if text:
            found.append(Piece(before, text, operator, start))
            before = operator
        elif operator in ("&&", "||", "|", ";"):
            before = operator
    return found


def _split(script: str) -> Iterator[tuple[str, str, int]]:
    """Parts with the operator that ends them and the line where they begin."""
    place, line, start, until, last = 0, 0, 0, "", ""
    part: list[str] = []
    while place < len(script):
        taken = _opaque(script, place, last, begun=bool(part))
        operator = "" if taken else _operator(script, place, last)
        piece = taken or operator or script[place]
        heredoc = _HEREDOC.match(script, place)
        until = heredoc[2] if heredoc and not taken else until
        if operator:
            yield operator, "".join(part), start
            part = []
        elif part or _kept(piece, taken).strip():
            start = start if part else line
            part.append(_kept(piece, taken))
        place, line, last = place + len(piece), line + piece.count("\n"), piece[-1]
        if operator == "\n" and until:
            end = _after_heredoc(script, place, until)
            line, place, until = line + script.count("\n", place, end), end, ""
    yield "", "".join(part), start


def _kept(piece: str, taken: str) -> str:
    """What stays of a piece: a comment goes, a line that is continued is one."""
    if piece == "\\\n":
        return " "
    return "" if taken and piece.startswith("#") else piece


def _operator(script: str, place: int, last: str) -> str:
    """The operator that begins here; the ampersand of `2>&1` and `&>file` is none."""
    found = next((one for one in _OPERATORS if script.startswith(one, place)), "")
    redirects = found == "&" and (last in (">", "<") or script.startswith("&>", place))
    return "" if redirects else found


def _after_heredoc(script: str, place: int, word: str) -> int:
    end = re.compile(rf"^\s*{re.escape(word)}\s*$", re.MULTILINE).search(script, place)
    return min(end.end() + 1, len(script)) if end else len(script)


def _opaque(script: str, place: int, last: str, *, begun: bool) -> str:
    """What begins here and is not looked into: a quote, a substitution, a subshell, a comment."""
    char = script[place]
    if char == "\\":
        return script[place : place + 2]
    if char in "'\"`":
        return _quoted(script, place, char)
    if script.startswith("${{", place):
        return _until(script, place, "}}")
    if script.startswith("$(", place) or (char == "(" and begun):
        return _nested(script, place, "(", ")")
    if script.startswith("${", place):
        return _until(script, place, "}")
    if char == "#" and (not last or last.isspace() or last in ";&|("):
        end = script.find("\n", place)
        return script[place:] if end < 0 else script[place:end]
    return ""


def _quoted(script: str, place: int, quote: str) -> str:
    end = place + 1
    while end < len(script) and script[end] != quote:
        end += 2 if script[end] == "\\" and quote != "'" else 1
    return script[place : end + 1]


def _until(script: str, place: int, end: str) -> str:
    found = script.find(end, place)
    return script[place : found + len(end)] if found >= 0 else script[place:]


def _nested(script: str, place: int, opened: str, closed: str) -> str:
    depth = 0
    for end in range(place, len(script)):
        depth += (script[end] == opened) - (script[end] == closed)
        if depth == 0:
            return script[place : end + 1]
    return script[place:]


def argv(command: str) -> list[str]:
    """The words of a command without what only stands before the program: `if`, `sudo`, `A=1`, `uv run`."""
    text = command.strip()[:LONGEST]
    while shorter := _BEFORE.sub("", text, count=1).lstrip():
        if shorter == text:
            break
        text = shorter
    if text.count(")") > text.count("("):
        text = text.rstrip().removesuffix(")")
    text = _RUNNERS.sub("", text)
    text = f"python {text}" if text.startswith("-m ") else text
    try:
        return shlex.split(text, comments=True)
    except ValueError:
        return text.split()


def python_target(words: list[str]) -> tuple[str, list[str]] | None:
    """The script (`a/b.py`) or the module (`-m a.b`, as `a/b`) that Python is given, with its arguments."""
    if not words:
        return None
    if words[0].endswith(".py"):
        return words[0], words[1:]
    if not re.fullmatch(r"(?:.*/)?(?:python|pypy)[\d.]*(?:\.exe)?", words[0]):
        return None
    for place, word in enumerate(words[1:], start=1):
        if word == "-m" and place + 1 < len(words):
            return words[place + 1].replace(".", "/"), words[place + 2 :]
        if word.endswith(".py"):
            return word, words[place + 1 :]
        if not word.startswith("-") or word == "-c":
            return None
    return None
