"""Which commands are worth a red job when they fail, and how they are called in a sentence."""

from __future__ import annotations

import re

from mlops_ext.findings.shell import Piece, argv

# What is worth a red job; clean-up (`rm`, `docker stop`, `dvc remote add`) may fail.
_WORK = re.compile(
    r"^(?:\S*python[\d.]*|\S+\.(?:py|sh)|py\.?test|unittest|tox|nox|make|bash|sh|Rscript|julia|papermill|jupyter"
    r"|dvc (?:repro|exp run|status|metrics|params|pull|push|fetch|data status)|mlflow (?:run|models)"
    r"|mlops-ext|great_expectations|gx|evidently|cml (?:ci|runner|publish)|coverage (?:run|report)"
    r"|pip3? install|uv (?:pip install|sync)|poetry install|pipenv (?:install|sync)|conda (?:env|install)"
    r"|docker (?:build|buildx|push|compose build)|docker-compose build"
    r"|docker(?:-compose| compose)? (?:run|exec)(?= .*\b(?:pytest|tests?|train|dvc|python)\b)"
    r"|kubectl (?:apply|rollout)|helm (?:upgrade|install)|terraform (?:apply|plan|validate)"
    r"|npm (?:test|run|ci)|twine|black|ruff|flake8|pylint|mypy|isort|pyright|bandit|safety"
    r"|pre-commit|pip-audit"
    r"|nbval|behave|locust|kedro run|zenml|prefect|ansible-playbook)\b"
)
_HARMLESS = re.compile(
    r"--version\b|--help\b|\s-V$|^python[\d.]* -c\b|^make (?:clean|stop|down|kill)|-m venv|uninstall"
)
_MILD = re.compile(
    r"^(?:dvc (?:pull|fetch|push|metrics|params)|black|ruff|flake8|pylint|mypy|isort|pyright|bandit|safety"
    r"|pip-audit)\b"
)


def works(piece: Piece) -> bool:
    """Whether it does work; clean-up, and a look at a version, may fail."""
    command = program(piece)
    return bool(_WORK.match(command)) and not _HARMLESS.search(command)


def mild(command: str) -> bool:
    """Whether a failure may have been meant: the first pull of an empty remote, style."""
    return bool(_MILD.match(command))


def program(piece: Piece) -> str:
    """The command from its program on."""
    return " ".join(argv(piece.text))


def short(piece: Piece) -> str:
    """The same, cut for a sentence."""
    text = " ".join(program(piece).split())
    return text if len(text) <= 50 else f"{text[:47]}..."
