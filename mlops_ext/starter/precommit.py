"""The questions of `integrate` that are quick enough to ask before each commit, for pre-commit."""

from __future__ import annotations

from pathlib import Path

CONFIG = ".pre-commit-config.yaml"
ASKED = (
    ("settings", r"(^|/)(mlops-ext|pyproject)\.toml$"),
    ("pipeline", r"(^|/)(dvc\.(yaml|lock)|params\.yaml)$|\.(dvc|py)$"),
    (
        "data",
        r"(^|/)(mlops-ext\.toml|pyproject\.toml|dvc\.lock)$|(^|/)schemas/|\.(dvc|csv|tsv|parquet|arrow)$",
    ),
)
ONLY = "--only"
HEAD = (
    "# Asked before each commit, once `pre-commit install` was called. `mlops-ext` has to be on the PATH.\n"
)


def snippet(root: Path, top: Path, *, pipeline: bool) -> str:
    """The hooks as a whole configuration; `pipeline` says whether there is one to ask about."""
    place = "" if root == top else f" --project {root.relative_to(top).as_posix()}"
    lines = ["repos:", "  - repo: local", "    hooks:"]
    for word, files in ASKED:
        if word == "pipeline" and not pipeline:
            continue
        lines += [
            f"      - id: mlops-ext-{word}",
            f"        name: mlops-ext {word}",
            f"        entry: mlops-ext integrate{place} {ONLY} {word}",
            "        language: system",
            f"        files: '{files}'",
            "        pass_filenames: false",
            "        require_serial: true",
        ]
    return HEAD + "\n".join(lines) + "\n"
