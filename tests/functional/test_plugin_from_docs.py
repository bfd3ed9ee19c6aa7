"""A plugin written from the guide alone: built, installed beside the host, asked, and in the record."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from projects.environments import TOOLS, Venv, wheel
from projects.make import ROOT

GUIDE = ROOT / "docs" / "guides" / "write-a-plugin.md"
SETTINGS = 'name = "p"\nplugins = ["model-card"]\n\n[integrate]\nask = ["model-card"]\n\n[models.purchase]\n'
HOST = ("click", "msgspec", "pluggy", "rfc8785")
PYTEST = ("pytest", "iniconfig", "packaging", "pygments")
CARD = "# Purchase\n\n## Limits\n\nOnly for this shop.\n"


def files_of(guide: Path) -> dict[str, str]:
    """The code blocks that follow a file's name in backticks."""
    return dict(
        re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", guide.read_text(), re.DOTALL | re.MULTILINE)
    )


@pytest.fixture(scope="module")
def venv(tmp_path_factory):
    """A fresh environment that holds the host and the plugin, both from wheels, and pytest."""
    folder = tmp_path_factory.mktemp("plugin")
    files = files_of(GUIDE)
    for name, text in files.items():
        (folder / name).write_text(text)
    made = Venv(tmp_path_factory.mktemp("venv") / "venv")
    made.sync(TOOLS, only=(*HOST, *PYTEST))
    made.add(wheel(ROOT, folder), wheel(folder, folder))
    return made


def test_it_is_under_40_lines():
    files = files_of(GUIDE)
    assert set(files) == {"pyproject.toml", "acme_model_card.py"}
    assert sum(len(text.splitlines()) for text in files.values()) < 40


def test_its_check_is_asked_and_in_the_record(venv, project):
    (project / "mlops-ext.toml").write_text(SETTINGS)
    told = venv.run("mlops-ext", "integrate", cwd=project, code=1)
    assert "purchase has a card that names its limits" in told
    assert "cards/purchase.md" in told
    (project / "cards").mkdir()
    (project / "cards" / "purchase.md").write_text(CARD)
    venv.run("mlops-ext", "integrate", cwd=project, code=0)
    said = [json.loads(path.read_bytes()) for path in project.glob(".mlops-ext/records/*/*.json")]
    passed = next(one["predicate"] for one in said if one["predicate"]["verdict"] == "pass")
    mine = next(report for report in passed["reports"] if report["plugin"] == "model-card")
    assert [check["status"] for check in mine["checks"]] == ["pass"]
    assert {"name": "model-card", "value": "model-card (acme-model-card 1.0)"} in passed["tools"]


def test_it_is_listed_and_keeps_the_contract(venv, project, tmp_path):
    told = venv.run("mlops-ext", "plugins", cwd=project)
    assert "installed, not named   model-card (acme-model-card 1.0)" in told
    test = re.findall(r"```python\n(from mlops_ext.testing.*?)```", GUIDE.read_text(), re.DOTALL)[0]
    (tmp_path / "test_contract.py").write_text(test)
    assert "passed" in venv.run("python", "-m", "pytest", "-q", tmp_path, cwd=tmp_path)
