"""Settings are strict: file, line, key, and the nearest known one."""

from __future__ import annotations

import msgspec
import pytest

from mlops_ext.contract.settings import Settings, Strict
from mlops_ext.errors import SettingsError, UsageError
from mlops_ext.settings.duration import duration
from mlops_ext.settings.find import find_settings
from mlops_ext.settings.gate import with_gates
from mlops_ext.settings.load import load_settings, own_settings
from mlops_ext.settings.loosened import compared
from mlops_ext.settings.show import rows, schema

MINIMAL = """
[tool.mlops-ext]
plugins = ["dvc"]

[tool.mlops-ext.models.flight-delay]
data = "flights"

[tool.mlops-ext.data.flights]
path = "data/flights.parquet"
"""


def read(folder, text):
    (folder / "pyproject.toml").write_text(text)
    file = find_settings(folder)
    return load_settings(file), file


def test_the_smallest_settings_are_enough(tmp_path):
    settings, _ = read(tmp_path, MINIMAL)
    assert settings.data["flights"].path == "data/flights.parquet"
    assert settings.models["flight-delay"].release.margin == 0.005


@pytest.mark.parametrize(
    ("line", "key", "near"),
    [
        ("sutie = 'x'", "data.flights.sutie", "suite"),
        ("minimum_row = 2", "data.flights.minimum_row", "minimum_rows"),
        ("columns = { lable = 'x' }", "data.flights.columns.lable", "label"),
        ("approval = 'x'", "data.flights.approval", "approval"),
    ],
)
def test_an_unknown_key_names_file_line_and_the_nearest_key(tmp_path, line, key, near):
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, MINIMAL + line + "\n")
    assert caught.value.exit_code == 2
    assert caught.value.key == key
    assert f"did you mean `{near}`?" in caught.value.hint
    assert caught.value.file.startswith("pyproject.toml:")


def test_the_line_is_that_of_the_key(tmp_path):
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, MINIMAL + "sutie = 'x'\n")
    assert caught.value.file == "pyproject.toml:10"


@pytest.mark.parametrize(
    "change",
    [
        ('"dvc"', "7"),
        ('path = "data/flights.parquet"', "path = 3"),
        ('data = "flights"', 'data = "flihgts"'),
        ("models.flight-delay", 'models."a/b"'),
        ("models.flight-delay", 'models." a"'),
    ],
)
def test_what_does_not_fit_is_exit_2(tmp_path, change):
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, MINIMAL.replace(*change))
    assert caught.value.exit_code == 2


def test_a_plugin_reads_its_own_table_strictly(tmp_path):
    class Own(Strict, frozen=True, kw_only=True):
        remote: str = "none"

    settings, file = read(tmp_path, MINIMAL + "[tool.mlops-ext.dvc]\nremote = 's3'\n")
    assert settings.plugins == ("dvc",)
    assert own_settings(file, "dvc", Own).remote == "s3"
    _, file = read(tmp_path, MINIMAL + "[tool.mlops-ext.dvc]\nremtoe = 's3'\n")
    with pytest.raises(SettingsError, match="remtoe"):
        own_settings(file, "dvc", Own)


def test_a_table_of_a_plugin_that_is_not_named_is_unknown(tmp_path):
    with pytest.raises(SettingsError, match="unknown key `evidently`") as caught:
        read(tmp_path, MINIMAL + "[tool.mlops-ext.evidently]\nhtml = true\n")
    assert "`plugins`" in caught.value.hint


def test_two_files_in_one_folder_are_an_error(tmp_path):
    (tmp_path / "mlops-ext.toml").write_text("plugins = []")
    with pytest.raises(SettingsError, match="two files"):
        read(tmp_path, MINIMAL)


def test_the_nearest_parent_with_settings_is_the_project(tmp_path):
    (tmp_path / "pyproject.toml").write_text(MINIMAL)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (below / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    assert find_settings(below).root == tmp_path


def test_no_settings_say_how_to_get_some(tmp_path):
    with pytest.raises(UsageError) as caught:
        find_settings(tmp_path)
    assert "mlops-ext init" in caught.value.hint


def test_broken_toml_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError, match="not valid TOML"):
        read(tmp_path, "[tool.mlops-ext\n")


def test_every_setting_is_shown_with_its_source(tmp_path):
    settings, file = read(tmp_path, MINIMAL)
    shown = {key: (value, source) for key, value, source in rows(settings, file)}
    assert shown["data.flights.path"] == ('"data/flights.parquet"', "pyproject.toml:9")
    assert shown["models.flight-delay.release.margin"] == ("0.005", "default")


def test_the_schema_knows_every_key():
    names = {name for table in schema()["$defs"].values() for name in table.get("properties", {})}
    assert {field.name for field in msgspec.structs.fields(Settings)} <= names


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("1.5h", 5400), ("7d", 604800), ("2w", 1209600)])
def test_durations(text, seconds):
    assert duration(text, "k").total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "7", "d", "-1d", "7 days", "1e3s"])
def test_what_is_no_duration(text):
    with pytest.raises(SettingsError):
        duration(text, "k")


def test_gates_come_from_the_base_and_a_change_is_named(tmp_path):
    base, _ = read(tmp_path, MINIMAL)
    loose = MINIMAL + "\n[tool.mlops-ext.models.flight-delay.release]\nmargin = 0.05\n"
    here, _ = read(tmp_path, loose)
    assert with_gates(here, base).models["flight-delay"].release.margin == 0.005
    (change,) = compared(base, here)
    assert (change.said, change.loosens) == ("models.flight-delay.release.margin 0.005 to 0.05", True)
    assert not list(compared(base, base))
