"""The documents say what the code does: blocks, settings, links, and the tests that are named as proof."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest

from mlops_ext import errors
from mlops_ext.cli.group import COMMANDS
from mlops_ext.contract import hookspecs
from mlops_ext.contract.checks import PASS, Check, Report
from mlops_ext.contract.policy import POLICIES
from mlops_ext.contract.records import StageRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.data.declared import read_schema
from mlops_ext.records.statement import store
from mlops_ext.settings.find import SettingsFile
from mlops_ext.settings.load import load_settings, own_settings

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES = sorted({*TOP, *ROOT.glob("docs/**/*.md"), *ROOT.glob("plugins/*.md"), *ROOT.glob("plugins/*/*.md")})
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
PROOF = re.compile(r"`((?:tests|plugins|docs)/[\w/.-]+\.py)::(\w+)`")
REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com")
MADE_HERE = re.compile(r"/(?:work|root|tmp)/")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """The script that writes the reference."""
    sys.path.insert(0, str(REFERENCE))
    yield importlib.import_module("generate")
    sys.path.remove(str(REFERENCE))


def test_the_reference_is_what_the_code_says(generate: ModuleType) -> None:
    stale = [shown(path) for path, text in generate.wanted().items() if generate.current(path) != text]
    assert stale == [], "run: python docs/reference/generate.py"


def test_no_schema_is_left_over(generate: ModuleType) -> None:
    assert {path for path in generate.wanted() if path.suffix == ".json"} == set(REFERENCE.glob("schemas/*"))


def test_every_hook_is_documented_with_its_exact_signature() -> None:
    page = (REFERENCE / "hooks.md").read_text("utf-8")
    for name in POLICIES:
        assert f"### {name}\n" in page
        (line,) = [line for line in page.splitlines() if line.startswith(f"def {name}(")]
        documented: dict[str, Any] = {}
        exec(
            compile(f"from __future__ import annotations\n{line}: ...", name, "exec", dont_inherit=True),
            documented,
        )
        assert inspect.signature(documented[name]) == inspect.signature(getattr(hookspecs, name))


def test_every_command_and_every_option_is_documented() -> None:
    page = (REFERENCE / "cli.md").read_text("utf-8")
    for name in COMMANDS:
        section = page.partition(f"## mlops-ext {name}\n")[2].partition("\n## ")[0]
        command = importlib.import_module(f"mlops_ext.cli.{name}").command
        options = [word for parameter in command.params for word in parameter.opts if word.startswith("--")]
        assert options
        assert [word for word in options if f"`{word}" not in section] == [], name


def test_every_exit_code_is_documented() -> None:
    page = (REFERENCE / "exit-codes.md").read_text("utf-8")
    codes = [code for name, code in vars(errors).items() if name.startswith("EXIT_")]
    assert len(codes) == 5
    assert [code for code in codes if f"| {code} |" not in page] == []


def settings_blocks() -> list[Any]:
    found = []
    for page in PAGES:
        for number, (language, text) in enumerate(FENCE.findall(page.read_text("utf-8"))):
            if language == "toml" and ("[tool.mlops-ext" in text or "plugins = [" in text):
                found.append(pytest.param(text, id=f"{shown(page)}-{number}"))
    return found


@pytest.mark.parametrize("text", settings_blocks())
@pytest.mark.usefixtures("generate")
def test_every_block_of_settings_loads(text: str) -> None:
    content = tomllib.loads(text)
    table = content.get("tool", {}).get("mlops-ext", content)
    file = SettingsFile(Path("pyproject.toml"), text, table)
    declared = importlib.import_module("describe_plugins").declarations(ROOT)
    kinds = {plugin.name: plugin.settings for _, plugin, _ in declared}
    own = [name for name in table if name in kinds]
    # A page may show one table alone; a project has `plugins` above it.
    file = SettingsFile(Path("pyproject.toml"), text, {"plugins": own} | table | known_tables(table))
    assert load_settings(file).plugins == tuple(file.table["plugins"])
    for name in own:
        assert isinstance(own_settings(file, name, kinds[name]), kinds[name])


def schema_blocks() -> list[Any]:
    return [
        pytest.param(text, id=f"{shown(page)}-{number}")
        for page in PAGES
        for number, (language, text) in enumerate(FENCE.findall(page.read_text("utf-8")))
        if language == "toml" and "[columns." in text
    ]


@pytest.mark.parametrize("text", schema_blocks())
def test_every_schema_of_a_table_reads(tmp_path: Path, text: str) -> None:
    (tmp_path / "schema.toml").write_text(text)
    assert read_schema(tmp_path / "schema.toml", "schema.toml").columns


def known_tables(table: dict[str, Any]) -> dict[str, Any]:
    """`data` with the tables that the block's models name and leave to other blocks."""
    models = table.get("models", {}).values()
    named = {model[key] for model in models for key in ("data", "train", "test", "labels") if key in model}
    named |= {model["training"]["table"] for model in models if "table" in model.get("training", {})}
    return {"data": {name: {"path": "data"} for name in named} | table.get("data", {})}


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    dead = []
    for pair in LINK.findall(without_code(page.read_text("utf-8"))):
        target, _, anchor = (pair[0] or pair[1]).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        place = (page.parent / target).resolve() if target else page
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in anchors(place)):
            dead.append(f"{target}#{anchor}")
    assert dead == []


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_no_page_names_a_registry_or_a_path_of_one_machine(page: Path) -> None:
    text = page.read_text("utf-8")
    assert [host for host in REGISTRY_HOSTS if host in text] == []
    assert MADE_HERE.findall(text) == []


def test_every_page_is_reached_from_the_index() -> None:
    seen: set[Path] = set()
    left = [ROOT / "docs" / "index.md"]
    while left:
        page = left.pop()
        seen.add(page)
        links = [
            (page.parent / one.partition("#")[0]).resolve()
            for one, _ in LINK.findall(page.read_text("utf-8"))
        ]
        left += [link for link in links if link.suffix == ".md" and link.exists() and link not in seen]
    mine = [
        page
        for page in ROOT.glob("docs/**/*.md")
        if "examples" not in page.parts and "figures" not in page.parts
    ]
    assert [shown(page) for page in mine if page not in seen] == []


def proofs() -> list[tuple[str, str]]:
    pages = ("level2.md", "explanation/complaints.md")
    return sorted(
        {found for page in pages for found in PROOF.findall((ROOT / "docs" / page).read_text("utf-8"))}
    )


def test_every_test_that_is_named_as_proof_exists() -> None:
    assert len(proofs()) > 30
    missing = []
    for file, test in proofs():
        path = ROOT / file
        if not path.exists() or not re.search(rf"^ *def {test}\b", path.read_text("utf-8"), re.MULTILINE):
            missing.append(f"{file}::{test}")
    assert missing == []


def test_level_2_has_all_rows_and_all_tests_each_with_a_place_or_not_yet() -> None:
    text = (ROOT / "docs" / "level2.md").read_text("utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| (\d+|[DMI]\d|Mon\d) \|", line)]
    names = [row[0].strip("| ") for row in rows]
    tests = [f"{part}{number}" for part in ("D", "M", "I", "Mon") for number in range(1, 8)]
    assert names == [str(number) for number in range(1, 73)] + tests
    unproved = [row[0] for row in rows if not PROOF.search(" | ".join(row)) and "not yet" not in row[-1]]
    assert unproved == []


def test_a_record_fits_its_schema() -> None:
    schema = json.loads((REFERENCE / "schemas" / "record.json").read_text("utf-8"))
    report = Report(
        question="tests", plugin="tests", checks=(Check(name="it works", status=PASS, value=0.5),)
    )
    record = StageRecord(
        stage="integrate", project="flights", key="a" * 64, zone="local", verdict="pass", reports=(report,),
        outputs=(Ref(kind="package", name="flights", digest=f"sha256:{'b' * 64}"),), parents=("c" * 64,),
    )  # fmt: skip
    jsonschema.validate(json.loads(store(record).statement), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"_type": "https://in-toto.io/Statement/v1"}, schema)


def test_the_settings_schema_refuses_an_unknown_key() -> None:
    schema = json.loads((REFERENCE / "schemas" / "settings.json").read_text("utf-8"))
    jsonschema.validate({"plugins": ["dvc"], "data": {"flights": {"path": "flights.parquet"}}}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"plugins": [], "data": {"flights": {"pth": "flights.parquet"}}}, schema)


def test_every_dependency_is_described() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["page"]]
    wanted += [name for group in project["dependency-groups"].values() for name in group]
    for file in ROOT.glob("plugins/*/pyproject.toml"):
        wanted += tomllib.loads(file.read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=~! ]", entry, maxsplit=1)[0].lower() for entry in wanted} - {"mlops-ext"}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
