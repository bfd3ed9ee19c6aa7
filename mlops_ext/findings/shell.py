"""Shell text as a row of commands: enough to see what is run and what becomes of its failure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_OPERATORS = ("&&", "||", ";;", ";", "|&", "|", "&", "\n")
_BEFORE = re.compile(
    r"^(?:if|then|do|else|elif|while|until|!|time|exec|sudo|nice|command|\{)\s+|^\(\s*"
    r"|^[A-Za-z_]\w*=(?:\"[^\"]*\"|'[^']*'|\$(?!\()|[^\s$`'\"])*\s+"
)
_RUNNERS = re.compile(
    r"^(?:uv run|poetry run|pipenv run|pdm run|hatch run|rye run|xvfb-run|accelerate launch|torchrun"
    r"|coverage run|(?:conda|mamba|micromamba) run(?: -\w+ \S+| --[\w-]+)*)\s+"
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
    place, part, line, start, until = 0, "", 0, 0, ""
    while place < len(script):
        if not part.strip():
            start = line
        taken = _opaque(script, place, part)
        operator = "" if taken else next((o for o in _OPERATORS if script.startswith(o, place)), "")
        if taken or not operator:
            piece = taken or script[place]
            kept = " " if piece == "\\\n" else "" if piece.startswith("#") and taken else piece
            heredoc = _HEREDOC.match(script, place) if script[place] == "<" else None
            until = heredoc[2] if heredoc else until
            part, line, place = part + kept, line + piece.count("\n"), place + len(piece)
            continue
        # `2>&1`, `&>file`: an ampersand that belongs to a redirection ends nothing.
        if operator == "&" and (part.endswith((">", "<")) or script.startswith("&>", place)):
            part, place = part + "&", place + 1
            continue
        yield operator, part, start
        place, part = place + len(operator), ""
        if operator == "\n":
            line += 1
            if until:
                skipped = _after_heredoc(script, place, until)
                line, place, until = line + script.count("\n", place, skipped), skipped, ""
    yield "", part, start


def _after_heredoc(script: str, place: int, word: str) -> int:
    end = re.compile(rf"^\s*{re.escape(word)}\s*$", re.MULTILINE).search(script, place)
    return min(end.end() + 1, len(script)) if end else len(script)


def _opaque(script: str, place: int, part: str) -> str:
    """What begins here and is not looked into: a quote, a substitution, a subshell, a comment."""
    char = script[place]
    if char == "\\":
        return script[place : place + 2]
    if char in "'\"`":
        return _quoted(script, place, char)
    if script.startswith("${{", place):
        return _until(script, place, "}}")
    if script.startswith("$(", place) or (char == "(" and part.strip()):
        return _nested(script, place, "(", ")")
    if script.startswith("${", place):
        return _until(script, place, "}")
    if char == "#" and (not part or part[-1].isspace()):
        return script[place:].split("\n", 1)[0]
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
    text = command.strip()
    while shorter := _BEFORE.sub("", text, count=1).lstrip():
        if shorter == text:
            break
        text = shorter
    if text.count(")") > text.count("("):
        text = text.rstrip().removesuffix(")")
    text = _RUNNERS.sub("", text)
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
