"""A run tree for each kind of stage, parameter file, layout and language; runs of scripts are below steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calling import commit, git
from functional.small import Small

PIPELINE = """
vars: [names.yaml]
stages:
  each:
    foreach: [a, b]
    do:
      cmd: test ${item} = b || python note.py each-${item} ${item}.txt; echo >> ${item}.txt
      deps: [note.py]
      outs: ['${item}.txt']
  grid:
    matrix:
      depth: [1, 2]
      kind: ['${kind}']
    cmd: test ${item.depth} = 1 || python note.py grid g${item.depth}.txt; echo >> g${item.depth}.txt
    outs: ['g${item.depth}.txt']
  inside:
    wdir: work
    cmd: python ../note.py within ../inside.txt
    deps: [../a.txt]
    params: [local.yaml: [n]]
    outs: [../inside.txt]
  always:
    cmd: echo > always.txt
    always_changed: true
    outs: [always.txt]
  frozen:
    frozen: true
    cmd: python note.py frozen frozen.txt
    outs: [frozen.txt]
  many:
    cmd:
      - echo > one.txt
      - python note.py second two.txt
    outs: [one.txt, two.txt]
  settled:
    cmd: echo > settled.txt
    params:
      - train.n
      - config.toml: [model.depth]
      - config.json: [model.rate]
      - config.py: [SEED, Train.epochs]
    outs: [settled.txt]
"""
DEEP = (
    "stages:\n  deep:\n    cmd: python ../note.py deep deep.txt\n    deps: [../b.txt]\n    outs: [deep.txt]\n"
)
NOTE = """
import sys
import mlflow
with mlflow.start_run(run_name=sys.argv[1]):
    mlflow.log_metric("auc", 0.5)
open(sys.argv[2], "w").write(sys.argv[1])
"""
FILES = {
    "dvc.yaml": PIPELINE,
    "sub/dvc.yaml": DEEP,
    "note.py": NOTE,
    "names.yaml": "kind: x\n",
    "work/local.yaml": "n: 1\n",
    "params.yaml": "train: {n: 31}\n",
    "config.toml": "[model]\ndepth = 3\n",
    "config.json": '{"model": {"rate": 0.5}}',
    "config.py": "SEED = 7\n\n\nclass Train:\n    epochs = 9\n",
    "frozen.txt": "frozen",
}
TREE = {
    "each@a": {"each-a": {}},
    "each@b": {},
    "grid@1-x": {},
    "grid@2-x": {"grid": {}},
    "inside": {"within": {}},
    "always": {},
    "frozen": {},
    "many": {"second": {}},
    "settled": {},
    "sub/dvc.yaml:deep": {"deep": {}},
}
PARAMS = {
    "train.n": "31",
    "config.toml_model.depth": "3",
    "config.json_model.rate": "0.5",
    "config.py_SEED": "7",
    "config.py_Train.epochs": "9",
}


def params(project: Small, step: str) -> dict[str, str]:
    return next(run.data.params for run in project.runs().values() if run.info.run_name == step)


def test_all_kinds_of_stages_and_parameter_files_in_two_pipelines(small: Small) -> None:
    small.write(FILES)
    small.dvc("commit", "-q", "-f", "frozen")

    said = small.call("develop").stdout

    assert "9 of 10 steps ran" in said
    assert small.tree() == [TREE]
    assert params(small, "settled") == PARAMS
    assert params(small, "inside") == {"work/local.yaml_n": "1"}
    again = small.call("develop").stdout
    assert "1 of 10 steps ran" in again
    assert {step: {} for step in TREE} in small.tree()
    assert len(small.tree()) == 2


def test_a_project_in_a_folder_of_the_repository_from_both_places(empty_store: Path, tmp_path: Path) -> None:
    project = Small(tmp_path / "small", empty_store, sub="teams/delays")
    stage = "  {0}:\n    cmd: python {1}note.py {0} {0}.txt\n    outs: [{0}.txt]\n"
    top, late = (f"stages:\n{stage.format(*names)}" for names in (("top", ""), ("deep", "../")))
    project.write({"dvc.yaml": top, "late/dvc.yaml": late, "note.py": NOTE})
    commit(project.root)
    above = (project.python, "-m", "mlops_ext")

    project.run(*above, "develop", "--project", "teams/delays", cwd=project.root)

    assert project.tree() == [{"top": {"top": {}}, "late/dvc.yaml:deep": {"deep": {}}}]
    made = {"dvc.lock", "late/.gitignore", "late/dvc.lock"}
    assert set(project.untracked()) == {f"teams/delays/{name}" for name in made}
    commit(project.root)
    asked = project.run(*above, "integrate", "--project", "teams/delays", cwd=project.root).stdout
    assert "package small-" in asked
    answered = project.run(*above, "integrate", cwd=project.project / "late").stdout
    assert "answered from a record" in " ".join(answered.split())


def test_parameters_of_every_kind_of_file_can_be_set(small: Small) -> None:
    files = {name: FILES[name] for name in ("params.yaml", "config.toml", "config.json", "config.py")}
    small.write({**files, "dvc.yaml": "stages:\n" + PIPELINE[PIPELINE.index("  settled:") :]})
    commit(small.root)
    asked = (
        "train.n=32",
        "config.toml:model.depth=4",
        "config.json:model.rate=0.1",
        "config.py:Train.epochs=3",
    )

    small.call("develop", *(word for one in asked for word in ("--set", one)))

    changed = {"train.n": "32", "config.toml_model.depth": "4", "config.json_model.rate": "0.1"}
    assert params(small, "settled") == PARAMS | changed | {"config.py_Train.epochs": "3"}
    assert git(small.root, "status", "--porcelain") == ""


OTHERS = {
    "shell": ("run.sh", "echo x > shell.txt\npython note.py inner inner.txt\n", "sh run.sh"),
    "awk": ("rows.awk", 'BEGIN { print "x" > "awk.txt" }\n', "awk -f rows.awk"),
    "perl": ("write.pl", 'open(F, ">perl.txt"); print F "x"; close F;\n', "perl write.pl"),
}


def test_pipelines_of_other_languages(small: Small) -> None:
    stages = [
        f"  {name}:\n    cmd: {cmd}\n    deps: [{file}]\n    outs: [{name}.txt]\n"
        for name, (file, _, cmd) in OTHERS.items()
    ]
    scripts = {file: text for file, text, _ in OTHERS.values()}
    small.write({"dvc.yaml": "stages:\n" + "".join(stages), "note.py": NOTE, **scripts})

    assert "3 of 3 steps ran" in small.call("develop").stdout

    assert small.tree() == [{"shell": {"inner": {}}, "awk": {}, "perl": {}}]
    assert {git(small.root, "check-ignore", f"{name}.txt").strip() for name in OTHERS} == {
        f"{name}.txt" for name in OTHERS
    }


def test_names_that_mlflow_would_fold_into_one_keep_their_values(small: Small) -> None:
    stage = "  a:\n    cmd: echo > a.txt\n    params: [{}]\n    outs: [a.txt]\n"
    small.write({"dvc.yaml": "stages:\n" + stage.format("'n@m', n_m"), "params.yaml": "n@m: 1\nn_m: 2\n"})

    small.call("develop")

    assert sorted(params(small, "a").values()) == ["1", "2"]


def test_a_step_that_fails_within_its_own_run(small: Any) -> None:
    text = "import mlflow\nwith mlflow.start_run(run_name='mine'):\n    raise SystemExit(3)\n"
    small.write({"dvc.yaml": "stages:\n  a:\n    cmd: python a.py\n    outs: [a.txt]\n", "a.py": text})

    said = small.call("develop", code=1).stdout

    assert "ended with exit code 3" in said
    assert small.tree() == [{"a": {"mine": {}}}]
    status = {run.info.run_name: run.info.status for run in small.runs().values()}
    assert (status["a"], status["mine"]) == ("FAILED", "FAILED")
