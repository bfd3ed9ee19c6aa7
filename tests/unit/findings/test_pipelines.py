"""dvc.yaml: without `.dvc`, with dependencies that nothing brings, with outputs that nothing writes."""

from __future__ import annotations

import pytest

from .conftest import DVC, LookAt, told

STAGE = "stages:\n  train:\n    cmd: python train.py\n"


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"dvc.yaml": STAGE}, "dvc.yaml:1"),
        ({"ml/dvc.yaml": STAGE, "other/.dvc/config": ""}, "ml/dvc.yaml:1"),
        ({"data/raw.csv.dvc": "outs:\n- path: raw.csv\n"}, "data/raw.csv.dvc:1"),
    ],
)
def test_a_pipeline_without_dvc(look_at: LookAt, files: dict[str, str], place: str) -> None:
    assert told(look_at(files)) == [f"dvc-not-initialised {place}"]


def test_a_dvc_folder_that_is_only_here(look_at: LookAt) -> None:
    (found,) = look_at({"dvc.yaml": STAGE, ".gitignore": ".dvc\n"}, here={".dvc/config": ""})
    assert "not in Git" in found.message


@pytest.mark.parametrize(
    "files",
    [
        {"dvc.yaml": STAGE, **DVC},
        {"a/b/dvc.yaml": STAGE, "a/.dvc/.gitignore": "/cache\n"},
        {"tests/fixtures/dvc.yaml": STAGE, "README.md": "dvc.yaml\n"},
    ],
)
def test_a_pipeline_with_dvc(look_at: LookAt, files: dict[str, str]) -> None:
    assert told(look_at(files)) == []


def deps(*lines: str) -> str:
    return STAGE + "    deps:\n" + "".join(f"    - {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"dvc.yaml": deps("train.py", "data/raw.csv"), "train.py": ""}, "dvc.yaml:6"),
        ({"dvc.yaml": deps("python")}, "dvc.yaml:5"),
        ({"dvc.yaml": deps("'C:\\data\\raw.csv'")}, "dvc.yaml:5"),
        ({"dvc.yaml": deps("/home/nobody-here/raw.csv")}, "dvc.yaml:5"),
        ({"dvc.yaml": STAGE + "    params: [train.seed]\n"}, "dvc.yaml:4"),
        ({"dvc.yaml": STAGE + "    params:\n    - conf.toml: [seed]\n"}, "dvc.yaml:5"),
        ({"dvc.yaml": deps("${data.raw}"), "params.yaml": "data:\n  raw: data/gone.csv\n"}, "dvc.yaml:5"),
        ({"ml/dvc.yaml": deps("../data/x.csv"), "data/y.csv": "1\n"}, "ml/dvc.yaml:5"),
        ({"dvc.yaml": deps("x.csv") + "    wdir: sub\n", "x.csv": "1\n"}, "dvc.yaml:5"),
        (
            {
                "dvc.yaml": "stages:\n  a:\n    foreach: [x, y]\n    do:\n"
                "      cmd: run ${item}\n      deps:\n      - ${item}.csv\n",
                "x.csv": "1\n",
            },
            "dvc.yaml:7",
        ),
        (
            {
                "dvc.yaml": "stages:\n  a:\n    matrix:\n      size: [1, 2]\n"
                "    cmd: run\n    deps: ['${item.size}.csv']\n",
                "1.csv": "1\n",
            },
            "dvc.yaml:6",
        ),
    ],
)
def test_dependencies_that_nothing_brings(look_at: LookAt, files: dict[str, str], place: str) -> None:
    assert told(look_at({**files, **DVC})) == [f"missing-dependency {place}"]


def test_a_dependency_that_is_only_here(look_at: LookAt) -> None:
    files = {"dvc.yaml": deps("data/raw.csv"), ".gitignore": "/data\n", **DVC}
    (found,) = look_at(files, here={"data/raw.csv": "1\n"})
    assert "in a clone" in found.message
    assert found.hint.startswith("dvc add data/raw.csv")


@pytest.mark.parametrize(
    "files",
    [
        {"dvc.yaml": deps("data/raw.csv"), "data/raw.csv.dvc": "outs:\n- path: raw.csv\n"},
        {"dvc.yaml": deps("data/raw/part.csv"), "data.dvc": "outs:\n- path: data\n"},
        {
            "dvc.yaml": deps("out/")
            + "  make:\n    cmd: run\n    outs:\n    - out/a.csv:\n        cache: false\n"
        },
        {"dvc.yaml": deps("a.json") + "  make:\n    cmd: run\n    metrics: [a.json]\n"},
        {"dvc.yaml": deps("${nowhere}/x.csv", "s3://bucket/x.csv", "https://example.org/x", "/data/x.csv")},
        {"dvc.yaml": deps("../data/x.csv"), "a": ""},
        {"a/dvc.yaml": deps("../b/x.csv"), "b/dvc.yaml": "stages:\n  m:\n    cmd: run\n    outs: [x.csv]\n"},
        {
            "dvc.yaml": "vars:\n- conf.json\n" + deps("${path}"),
            "conf.json": '{"path": "a.csv"}',
            "a.csv": "1\n",
        },
        {"dvc.yaml": deps("a.csv") + "  b:\n    cmd: run\n    outs: ['${secret}/a.csv']\n"},
        {
            "dvc.yaml": "stages:\n  a:\n    foreach: ${what}\n"
            "    do:\n      cmd: run\n      deps: ['${item}.csv']\n"
        },
        {"dvc.yaml": "# deps: [gone.csv]\n" + deps("src"), "src/train.py": ""},
    ],
)
def test_dependencies_that_something_brings_or_that_are_not_known(
    look_at: LookAt, files: dict[str, str]
) -> None:
    assert [one for one in told(look_at({**files, **DVC})) if one.startswith("missing")] == []


def test_a_pipeline_that_is_no_yaml(look_at: LookAt) -> None:
    found = look_at({"dvc.yaml": "stages:\n  a: [\n", ".github/workflows/ci.yml": "a: b: c\n", **DVC})
    assert told(found) == ["unreadable-file .github/workflows/ci.yml:1", "unreadable-file dvc.yaml:3"]


def test_a_script_that_is_no_python(look_at: LookAt) -> None:
    found = look_at({"dvc.yaml": STAGE, "train.py": "print 'x'\n", "old/notes.py": "def f(:\n", **DVC})
    assert [(one.where, one.severity) for one in found] == [
        ("old/notes.py:1", "warning"),
        ("train.py:1", "critical"),
    ]


def outs(out: str, script: str, **more: str) -> dict[str, str]:
    return {"dvc.yaml": STAGE + f"    outs:\n    - {out}\n", "train.py": script, **more, **DVC}


@pytest.mark.parametrize(
    "files",
    [
        outs("model.pkl", "print('trained')\n"),
        outs("models/model.pkl", "import joblib\njoblib.dump(1, 'model.pkl')\n"),
        outs("metrics.json", "import json\nwith open('run.json', 'w') as f:\n    json.dump({}, f)\n"),
        outs("out/a.csv", "from pathlib import Path\nP = Path('results') / 'a.csv'\nP.write_text('1')\n"),
        outs(
            "a.csv",
            "from lib import save\nsave('b.csv')\n",
            **{"lib.py": "def save(path):\n    open(path, 'w').write('')\n"},
        ),
        outs("src/store", "import os\nos.makedirs('store')\nopen('store/a.csv', 'w')\n"),
        {
            "dvc.yaml": "stages:\n  a:\n    cmd: python ../train.py\n    wdir: sub\n    outs: [a.csv]\n",
            "train.py": "open('sub/a.csv', 'w')\n",
            **DVC,
        },
    ],
)
def test_outputs_that_nothing_writes(look_at: LookAt, files: dict[str, str]) -> None:
    assert [one.name for one in look_at(files)] == ["output-not-written"]


@pytest.mark.parametrize(
    "files",
    [
        outs("models/model.pkl", "import joblib\njoblib.dump(1, 'models/model.pkl')\n"),
        outs("model.pkl", "import sys, joblib\njoblib.dump(1, sys.argv[1])\n"),
        outs(
            "model.pkl",
            "import yaml, joblib\np = yaml.safe_load(open('params.yaml'))\njoblib.dump(1, p['out'])\n",
        ),
        outs("models/a.pkl", "import joblib\nfor n in ['a', 'b']:\n    joblib.dump(1, f'models/{n}.pkl')\n"),
        outs(
            "a/m.pkl",
            "from pathlib import Path\nROOT = Path(__file__).parent\n"
            "(ROOT / 'a' / 'm.pkl').write_bytes(b'')\n",
        ),
        outs("plot.png", "import matplotlib.pyplot as plt\nplt.savefig('plot')\n"),
        outs("model", "import tensorflow as tf\ntf.keras.Model()\n"),
        outs("a.csv", "import subprocess\nsubprocess.run(['make-it'])\n"),
        outs(
            "a.csv",
            "import lib\nlib.main()\n",
            **{"lib.py": "def main(path='a.csv'):\n    open(path, mode='w')\n"},
        ),
        outs("mlruns", "import mlflow\nmlflow.start_run()\n"),
        outs("data", "import pandas as pd\npd.DataFrame().to_csv('data/a.csv')\n"),
        outs("a.csv", "import shutil\nshutil.copy('b.csv', 'a.csv')\n"),
        outs("a.csv", "import pandas as pd\nsave = pd.DataFrame().to_csv\nsave('a.csv')\n"),
        outs("a.csv", "import pandas as pd\ngetattr(pd.DataFrame(), 'to_' + kind)('a.csv')\n"),
        outs("a.csv", "import lib\nlib.go()\n", **{"lib.py": "def go(:\n"}),
        outs("a.csv", "import lib\nprint(1)\n", **{"src/lib.py": "open('a.csv', 'w')\n"}),
        outs("a.csv", "P = {'out': 'a.csv'}\nopen(P['out'], 'w')\n"),
        outs("a.csv", "class C:\n    def go(self, to):\n        open(to, 'w')\nC().go('a.csv')\n"),
        outs("a.csv", "def save(folder, name):\n    open(folder + '/' + name, 'w')\nsave('.', 'a.csv')\n"),
        {
            "dvc.yaml": "stages:\n  a:\n    cmd: cd src && python train.py\n    outs: [src/a]\n",
            "src/train.py": "open('a', 'w')\n",
            **DVC,
        },
        {
            "dvc.yaml": "stages:\n  a:\n    cmd: python train.py --out a.csv\n    outs: [a.csv]\n",
            "train.py": "print(1)\n",
            **DVC,
        },
        {"dvc.yaml": "stages:\n  a:\n    cmd: Rscript a.R\n    outs: [a.csv]\n", **DVC},
        {
            "dvc.yaml": "stages:\n  a:\n    cmd: python train.py > a.csv\n    outs: [a.csv]\n",
            "train.py": "print(1)\n",
            **DVC,
        },
    ],
)
def test_outputs_that_may_be_written(look_at: LookAt, files: dict[str, str]) -> None:
    assert [one for one in told(look_at(files)) if one.startswith("output")] == []


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ("    outs: [model.pkl]\n", "model.pkl"),
        ("    outs: [out]\n", "out/.gitkeep"),
        ("    metrics: [model.pkl]\n", "model.pkl"),
        ("    wdir: sub\n    outs:\n    - model.pkl:\n        persist: true\n", "sub/model.pkl"),
    ],
)
def test_f21_outputs_that_git_tracks_already(look_at: LookAt, more: str, path: str) -> None:
    found = look_at({"dvc.yaml": STAGE + more, path: "1", **DVC})
    assert [one.name for one in found] == ["output-in-git"]


@pytest.mark.parametrize(
    "more",
    [
        "    outs:\n    - model.pkl:\n        cache: false\n",
        "    outs_no_cache: [model.pkl]\n",
        "    metrics:\n    - model.pkl:\n        cache: false\n",
        "    outs: [model]\n",
        "    outs: ['${where}/model.pkl']\n",
    ],
)
def test_outputs_that_git_may_keep(look_at: LookAt, more: str) -> None:
    assert look_at({"dvc.yaml": STAGE + more, "model.pkl": "1", **DVC}) == []
