"""What the repositories of these tests are made of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPTS = {
    "src/prepare.py": """
import sys
rows = open("data/raw.csv").read().splitlines()
open("clean.csv", "w").write("\\n".join([rows[0].upper()] + [row for row in rows[1:] if row]) + "\\n")
""",
    "src/train.py": """
import os, sys
n = [line.split(":")[1].strip() for line in open("params.yaml") if line.strip().startswith("n:")][0]
rows = len(open("clean.csv").read().splitlines()) - 1
open("model.joblib", "w").write(f"{n} {rows} {os.environ.get('STEP_NAME', '')}")
""",
    "src/evaluate.py": """
import json
n, rows = open("model.joblib").read().split()[:2]
json.dump({"auc": int(n) / 10, "test": {"rows": int(rows)}}, open("metrics.json", "w"))
""",
}
PIPELINE = """
stages:
  prepare:
    cmd: python src/prepare.py
    deps: [data/raw.csv, src/prepare.py]
    outs: [clean.csv]
  train:
    cmd:
    - 'true'
    - python src/train.py
    deps: [clean.csv, src/train.py]
    params: [train.n]
    outs: [model.joblib]
  evaluate:
    cmd: python src/evaluate.py
    deps: [model.joblib, src/evaluate.py]
    metrics:
    - metrics.json:
        cache: false
artifacts:
  late:
    path: model.joblib
    type: model
"""
ZOO = """
stages:
  fe:
    foreach: [a, b]
    do:
      cmd: echo ${item} > fe-${item}.txt
      outs: ['fe-${item}.txt']
  mx:
    matrix:
      size: [1, 2]
      kind: [p]
    cmd: echo ${item.size} ${item.kind} > mx-${item.size}.txt
    outs: ['mx-${item.size}.txt']
  in-folder:
    wdir: work
    cmd: echo here > here.txt
    outs: [here.txt]
  frozen:
    frozen: true
    cmd: echo frozen > frozen.txt
    outs: [frozen.txt]
  always:
    always_changed: true
    cmd: echo always > always.txt
    outs: [always.txt]
"""
DEEP = """
stages:
  deep:
    cmd: echo deep > deep.txt
    deps: [../fe-a.txt]
    outs: [deep.txt]
"""
ENVIRONMENT = {
    "DVC_NO_ANALYTICS": "1",
    "GIT_AUTHOR_NAME": "t",
    "GIT_AUTHOR_EMAIL": "t@example.org",
    "GIT_COMMITTER_NAME": "t",
    "GIT_COMMITTER_EMAIL": "t@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def sh(folder: Path, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
    words = (sys.executable, "-P", "-m", *words) if words[0] == "dvc" else words
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True
    )
    assert code is None or done.returncode == code, done.stderr + done.stdout
    return done


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
