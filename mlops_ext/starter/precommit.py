"""The questions of `integrate` that are quick enough to ask before each commit, for pre-commit."""

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
        if word == "pipeline" and not pipeline:
            continue
        lines += [
            f"      - id: mlops-ext-{word}",
            f"        name: mlops-ext {word}",
            f"        entry: mlops-ext integrate{place} --staged --only {word}",
            "        language: system",
            f"        {key}: '{pattern}'",
            "        pass_filenames: false",
            "        require_serial: true",
        ]
    return HEAD + "\n".join(lines) + "\n"
