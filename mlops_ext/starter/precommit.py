"""The hooks that are quick enough to ask before each commit, as a configuration for pre-commit."""

from __future__ import annotations

from pathlib import Path

CONFIG = ".pre-commit-config.yaml"
# The same as in the hooks' repository, .pre-commit-hooks.yaml: a file that starts each, or one that does not.
STARTS = {
    "settings": ("files", r"(^|/)(mlops-ext|pyproject)\.toml$"),
    "pipeline": ("exclude", r"(?i)\.(md|rst)$"),
    "data": (
        "files",
        r"\.(toml|ya?ml|jsonl?|lock|dvc|csv|tsv|parquet|arrow|feather)(\.gz|\.zst)?$"
        r"|(^|/)(gx|great_expectations)/",
    ),
}
HEAD = (
    "# Asked before each commit, once `pre-commit install` was called. `mlops-ext` has to be on the PATH.\n"
)


def snippet(root: Path, top: Path, *, pipeline: bool) -> str:
    """The hooks as a whole configuration; `pipeline` says whether there is one to ask about."""
    place = "" if root == top else f" --project {root.relative_to(top).as_posix()}"
    lines = ["repos:", "  - repo: local", "    hooks:"]
    for word, (key, pattern) in STARTS.items():
        if word != "pipeline" or pipeline:
            call = f"mlops-ext integrate{place} --staged --only {word}"
            lines += _hook(word, call, f"{key}: '{pattern}'")
    lines += _hook("guard", "mlops-ext guard")
    return HEAD + "\n".join(lines) + "\n"


def _hook(word: str, call: str, *more: str) -> list[str]:
    return [
        f"      - id: mlops-ext-{word}",
        f"        name: mlops-ext {word}",
        f"        entry: {call}",
        "        language: system",
        *(f"        {line}" for line in more),
        "        pass_filenames: false",
        "        require_serial: true",
    ]
