"""What dvc.yaml, artifacts.yaml and .dvc files say, as teams write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlops_ext.discover.models import find_models
from mlops_ext.discover.pipeline import Pipeline, read_pipelines


@pytest.fixture
def read(tmp_path: Path):
    def pipelines(files: dict[str, str]) -> Pipeline:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return read_pipelines(tmp_path, sorted(files))

    return pipelines


def outs(pipeline: Pipeline) -> set[str]:
    return pipeline.outs


def test_a_list_of_foreach_is_a_stage_for_each(read):
    text = "stages: {s: {foreach: [a, b], do: {cmd: x, outs: ['${item}.csv']}}}"
    assert outs(read({"dvc.yaml": text})) == {"a.csv", "b.csv"}


def test_a_mapping_of_foreach_has_keys_and_values(read):
    text = "stages: {s: {foreach: {k: {n: 1}}, do: {cmd: x, outs: ['${key}-${item.n}.csv']}}}"
    assert outs(read({"dvc.yaml": text})) == {"k-1.csv"}


def test_a_matrix_is_every_combination(read):
    text = "stages: {s: {matrix: {a: [1, 2], b: [x]}, cmd: x, outs: ['${item.a}${item.b}.csv']}}"
    assert outs(read({"dvc.yaml": text})) == {"1x.csv", "2x.csv"}


def test_values_come_from_params_from_vars_and_from_named_files(read):
    files = {
        "params.yaml": "base: {folder: data}",
        "more.toml": "[deep]\nnames = ['first', 'second']",
        "dvc.yaml": "vars: [more.toml, {own: x}]\n"
        "stages: {s: {cmd: x, outs: ['${base.folder}/${own}-${deep.names[1]}.csv']}}",
    }
    assert outs(read(files)) == {"data/x-second.csv"}


def test_a_hole_that_nothing_fills_makes_no_path(read):
    assert outs(read({"dvc.yaml": "stages: {s: {cmd: x, outs: ['${nobody.knows}.csv', a.csv]}}"})) == {
        "a.csv"
    }


def test_paths_are_relative_to_the_project_whatever_the_folder_and_wdir(read):
    pipeline = read(
        {"deep/dvc.yaml": "stages: {s: {wdir: work, cmd: x, deps: [../../raw.csv], outs: [a.csv]}}"}
    )
    assert outs(pipeline) == {"deep/work/a.csv"}
    assert pipeline.inputs == {"raw.csv"}


def test_outputs_with_options_metrics_and_plots_are_told_apart(read):
    text = """
stages:
  s: {cmd: x, outs: [a.csv: {cache: false}], metrics: [m.json: {cache: false}], plots: [p.csv]}
plots: [q.csv: {x: a}]
"""
    pipeline = read({"dvc.yaml": text})
    assert outs(pipeline) == {"a.csv", "m.json", "p.csv"}
    assert set(pipeline.aside) == {"m.json", "p.csv", "q.csv"}


def test_a_project_of_its_own_below_is_not_this_ones(read, tmp_path):
    (tmp_path / "other" / ".dvc").mkdir(parents=True)
    text = "stages: {s: {cmd: x, outs: [a.csv]}}"
    assert outs(read({"other/dvc.yaml": text, "same/dvc.yaml": text})) == {"same/a.csv"}


def test_pointers_track_files_beside_them(read):
    assert read({"data/raw.csv.dvc": "outs: [{md5: 0, path: raw.csv}]"}).inputs == {"data/raw.csv"}


def test_a_file_that_is_no_yaml_is_said_with_its_line(read):
    pipeline = read(
        {"dvc.yaml": "stages:\n  a: [\n", "other/dvc.yaml": "stages: {s: {cmd: x, outs: [a.csv]}}"}
    )
    assert [said for said in pipeline.unread if "dvc.yaml can't be read" in said and "line" in said]
    assert outs(pipeline) == {"other/a.csv"}


@pytest.mark.parametrize("text", ["", "stages:", "- a\n- b\n", "stages: [a]", "stages: {s: null}", "7"])
def test_odd_files_are_no_reason_to_stop(read, text):
    assert read({"dvc.yaml": text}).stages == []


def test_a_declared_model_is_known_by_its_name(read):
    text = "artifacts: {churn: {type: model, path: model/x.pkl}, other: {type: dataset, path: d}}"
    (model,), doubtful = find_models(read({"deep/artifacts.yaml": text.partition(": ")[2]}), (), "p")
    assert (model.name, model.path, model.declared) == ("churn", "deep/model/x.pkl", True)
    assert doubtful == []


def test_the_only_output_that_can_be_a_model_is_one(read):
    (model,), _ = find_models(read({"dvc.yaml": "stages: {s: {cmd: x, outs: [m.joblib, a.csv]}}"}), (), "a b")
    assert (model.name, model.path, model.declared) == ("a-b", "m.joblib", False)


def test_of_several_none_is_chosen_and_all_are_said(read):
    models, doubtful = find_models(read({}), ("a.pkl", "b.onnx"), "p")
    assert models == []
    assert "a.pkl, b.onnx" in doubtful[0]
