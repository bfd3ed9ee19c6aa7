"""Four linters over every workflow and action, ours and those we tell teams to write; and planted faults."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from acting.clean import ROOT, clean_copy
from calling import git

from workflows.callers import callers
from workflows.linters import LINTERS, lint, rules

PLANTED = Path(__file__).parent / "planted"
# What people may be told to leave as it is: each with its reason beside it.
IGNORED = {"unpinned-images", "dangerous-triggers"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ours, as Git knows it."""
    root = clean_copy(tmp_path_factory.mktemp("ours"), ".github", "github-actions", "zizmor.yml")
    git(root, "init", "-q")
    return root


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team's that wrote every caller of the guide."""
    root = tmp_path_factory.mktemp("team")
    for name, text in callers().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q")
    return root


def files(root: Path, *patterns: str) -> list[str]:
    found = [str(path.relative_to(root)) for pattern in patterns for path in sorted(root.glob(pattern))]
    assert found
    return found


@pytest.mark.parametrize("linter", LINTERS)
def test_our_workflows_are_well(repository: Path, linter: str) -> None:
    code, said = lint(linter, repository, *files(repository, ".github/workflows/*.yml"))
    assert code == 0, said


# actionlint reads an action as if it were a workflow.
@pytest.mark.parametrize("linter", sorted(set(LINTERS) - {"actionlint"}))
def test_our_actions_are_well(repository: Path, linter: str) -> None:
    code, said = lint(linter, repository, *files(repository, "github-actions/*/action.yml"))
    assert code == 0, said


@pytest.mark.parametrize("linter", LINTERS)
def test_the_callers_of_the_guide_are_well(team: Path, linter: str) -> None:
    code, said = lint(linter, team, *files(team, ".github/workflows/*.yml"))
    assert code == 0, said


def test_ignores_are_few_and_reasoned(repository: Path, team: Path) -> None:
    whole = (ROOT / "zizmor.yml").read_text()
    config = yaml.safe_load(whole)
    assert whole.startswith("#")
    found = set(config["rules"])
    for root in (repository, team):
        for path in [*root.rglob("*.yml")]:
            for line in path.read_text().splitlines():
                if "zizmor:" in line and "ignore[" in line:
                    rule, _, reason = line.partition("ignore[")[2].partition("]")
                    assert len(reason.split()) > 3, line
                    found.add(rule)
    assert found == IGNORED


def planted() -> list[object]:
    """Each fault with each linter that has to see it."""
    found = []
    for path in sorted(PLANTED.glob("*.yml")):
        said = path.read_text().splitlines()[0].removeprefix("# caught by ")
        for entry in said.split(", "):
            linter, rule = entry.split()
            found.append(pytest.param(path, linter, rule, id=f"{path.stem}-{linter}"))
    return found


@pytest.mark.parametrize(("path", "linter", "rule"), planted())
def test_a_planted_fault_is_seen(
    repository: Path, tmp_path: Path, path: Path, linter: str, rule: str
) -> None:
    shutil.copytree(repository, tmp_path / "r")
    name = "planted/action.yml" if path.stem.startswith("action-") else ".github/workflows/planted.yml"
    (tmp_path / "r" / name).parent.mkdir(exist_ok=True)
    shutil.copyfile(path, tmp_path / "r" / name)
    code, said = lint(linter, tmp_path / "r", name)
    assert code != 0
    assert rule in (said if linter == "check-jsonschema" else rules(said)), said
