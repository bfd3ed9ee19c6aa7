"""Splits without a seed, and models that are registered before they are evaluated."""

from __future__ import annotations

import pytest

from .conftest import DVC, LookAt, told

PIN = {"requirements.txt": "scikit-learn==1.9\n"}
SPLIT = "from sklearn.model_selection import train_test_split\n"


@pytest.mark.parametrize(
    "code",
    [
        SPLIT + "train_test_split(x, y)\n",
        SPLIT + "train_test_split(x, random_state=None)\n",
        "import sklearn.model_selection as ms\nms.train_test_split(x, test_size=0.2)\n",
        "from sklearn.model_selection import train_test_split as tts\ntts(x)\n",
        "from sklearn.model_selection import KFold\nKFold(5, shuffle=True)\n",
        "from sklearn.model_selection import StratifiedShuffleSplit\nStratifiedShuffleSplit(n_splits=2)\n",
        "import pandas as pd\npd.read_csv('a').sample(frac=1)\n",
        "import pandas as pd\ndf.sample(100)\n",
        "import numpy as np\nnp.random.shuffle(x)\n",
        "import numpy as np\nnp.random.default_rng().permutation(x)\n"[:45] + "\n",
        "import random, pandas as pd\nrandom.shuffle(x)\n",
        "from sklearn.utils import shuffle\nshuffle(x)\n",
        "from pyspark.sql import SparkSession\ndf.randomSplit([0.8, 0.2])\n",
        "from torch.utils.data import random_split\nrandom_split(d, [8, 2])\n",
        "import datasets\ndatasets.load_dataset('x').train_test_split(0.2)\n",
        "from sklearn.model_selection import *\ntrain_test_split(x)\n",
    ],
)
def test_splits_without_a_seed(look_at: LookAt, code: str) -> None:
    assert told(look_at({"train.py": code, **PIN})) == ["unseeded-split train.py:2"]


@pytest.mark.parametrize(
    "code",
    [
        SPLIT + "train_test_split(x, random_state=params['seed'])\n",
        SPLIT + "train_test_split(x, shuffle=False)\n",
        SPLIT + "train_test_split(x, **options)\n",
        SPLIT + "import numpy as np\nnp.random.seed(1)\ntrain_test_split(x)\n",
        SPLIT + "from lib import set_seed\nset_seed(1)\ntrain_test_split(x)\n",
        SPLIT + "# train_test_split(x)\n",
        "from sklearn.model_selection import KFold\nKFold(5)\n",
        "import pandas as pd\ndf.sample(frac=1, random_state=seed)\n",
        "import pandas as pd\nimport numpy as np\nrng = np.random.default_rng(1)\nrng.choice(x)\n",
        "import random\nrandom.choice(x)\nrandom.shuffle(x)\n",
        "import random, pandas as pd\nrandom.seed(1)\nrandom.shuffle(x)\n",
        "from torch.distributions import Normal\nNormal(0, 1).sample((2,))\n",
        "import sklearn\ndef train_test_split(x):\n    return x\ntrain_test_split(1)\n",
        "import datasets\n" + SPLIT + "train_test_split(x, random_state=1)\n",
        "from torch.utils.data import random_split\nrandom_split(d, [8, 2], generator=g)\n",
    ],
)
def test_splits_that_repeat(look_at: LookAt, code: str) -> None:
    assert look_at({"train.py": code, **PIN}) == []


def test_tests_may_be_random(look_at: LookAt) -> None:
    assert look_at({"tests/test_a.py": SPLIT + "train_test_split(x)\n", **PIN}) == []


MLFLOW = "import mlflow\nfrom sklearn.metrics import accuracy_score\n"
REGISTER = "mlflow.sklearn.log_model(m, name='m', registered_model_name='m')\n"
MEASURE = "mlflow.log_metric('acc', accuracy_score(y, p))\n"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (MLFLOW + REGISTER + MEASURE, 3),
        (MLFLOW + "mlflow.register_model('runs:/x/m', 'm')\n" + MEASURE, 3),
        (MLFLOW + "mlflow.sklearn.autolog(registered_model_name='m')\nm.fit(x)\n" + MEASURE, 3),
        (
            MLFLOW + f"def train():\n    {REGISTER}def judge():\n"
            f"    {MEASURE}def main():\n    train()\n    judge()\nmain()\n",
            4,
        ),
    ],
)
def test_registered_before_it_is_evaluated(look_at: LookAt, code: str, line: int) -> None:
    assert told(look_at({"train.py": code, **PIN})) == [f"registered-before-evaluated train.py:{line}"]


def test_registered_in_a_stage_before_the_one_that_evaluates(look_at: LookAt) -> None:
    stages = (
        "stages:\n  train:\n    cmd: python train.py\n    outs: [m.pkl]\n"
        "  evaluate:\n    cmd: python -m evaluate\n    deps: [m.pkl]\n"
    )
    files = {
        "dvc.yaml": stages,
        "train.py": MLFLOW + REGISTER + "open('m.pkl', 'w')\n",
        "evaluate.py": MLFLOW + MEASURE,
    }
    assert told(look_at({**files, **DVC, **PIN})) == ["registered-before-evaluated train.py:3"]
    turned = {
        **files,
        "dvc.yaml": stages.replace("train.py", "evaluate.py").replace("-m evaluate", "train.py"),
    }
    assert [one for one in told(look_at({**turned, **DVC, **PIN})) if one.startswith("registered")] == []


@pytest.mark.parametrize(
    "code",
    [
        MLFLOW + MEASURE + REGISTER,
        MLFLOW + f"def train():\n    {REGISTER}def judge():\n    {MEASURE}judge()\ntrain()\n",
        MLFLOW + "mlflow.sklearn.log_model(m, name='m')\n" + MEASURE,
        MLFLOW + "mlflow.sklearn.log_model(m, name='m', registered_model_name=None)\n" + MEASURE,
        MLFLOW + REGISTER,
        MLFLOW + "# " + REGISTER + MEASURE,
    ],
)
def test_registered_after_it_is_evaluated_or_not_judged_here(look_at: LookAt, code: str) -> None:
    assert look_at({"train.py": code, **PIN}) == []
