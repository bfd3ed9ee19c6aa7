"""(e) What develop adds to a bare `dvc repro`, by the number of stages, with nothing and with all to do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from figures import Figures
from measure import in_turns, median, seconds_of
from scene import BIN, FOREIGN, SILENT, WHO

ROUNDS = 7
FIRST_ROUNDS = 3
STAGES = (1, 5, 20)
FIRST = 5
SETTINGS = 'name = "overhead"\nplugins = ["dvc", "mlflow"]\n'
IGNORED = "/.mlops-ext/\n/mlflow.db*\n/mlartifacts/\n"
STAGE = "  s{n}:\n    cmd: cp {dep} out/{n}.txt\n    deps: [{dep}]\n    outs: [out/{n}.txt]\n"
WORK = {
    "nothing to do": (("repro", "-q"), ("develop",)),
    "all to do": (("repro", "-q", "-f"), ("develop", "--force")),
}


def measure(folder: Path, figures: Figures) -> None:
    for stages in STAGES:
        chain, size = Chain(folder / f"chain-{stages}", stages), f"{stages} stage{'s' * (stages > 1)}"
        for what in WORK:
            more = _compare(chain, what, f"{size}, {what}", ROUNDS, figures)
            figures.below("e", f"  seconds more: {size}, {what}", more, 1 + 0.1 * stages)
    first = Chain(folder / "chain-first", FIRST)
    first.env |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(folder / "no bytecode")}
    _compare(first, "nothing to do", f"{FIRST} stages, nothing to do, no bytecode yet", FIRST_ROUNDS, figures)


def _compare(chain: Chain, what: str, named: str, rounds: int, figures: Figures) -> float:
    bare, ours = WORK[what]
    alone, whole = in_turns(rounds, lambda: chain.run("dvc", *bare), lambda: chain.run("mlops-ext", *ours))
    figures.time("e", f"dvc repro: {named}", alone)
    figures.time("e", f"develop: {named}", whole, against=alone)
    return median(whole) - median(alone)


class Chain:
    """A repository of stages that copy a file, each the one before's, and its store of runs."""

    def __init__(self, folder: Path, stages: int) -> None:
        self.folder, self.env = folder, _environment(folder)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "out").mkdir(parents=True)
        rows = [STAGE.format(n=n, dep=f"out/{n - 1}.txt" if n else "in.txt") for n in range(stages)]
        files = {"dvc.yaml": "stages:\n" + "".join(rows), "in.txt": "x\n", "out/.keep": ""}
        for name, text in {**files, "mlops-ext.toml": SETTINGS, ".gitignore": IGNORED}.items():
            (folder / name).write_text(text)
        commit = (("git", "add", "-A"), ("git", "commit", "-qm", "more"))
        start = (("git", "init", "-q", "-b", "main"), ("dvc", "init", "-q"))
        for words in (*start, *commit, ("mlops-ext", "develop"), *commit):
            self.run(*words)

    def run(self, program: str, *words: str) -> float:
        """Seconds that a command took."""
        here = BIN / program
        return seconds_of([str(here) if here.exists() else program, *words], self.folder, self.env)


def _environment(folder: Path) -> dict[str, str]:
    """A user's shell with the tools on its path, and nothing that points elsewhere."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MLFLOW_", "MLOPS_EXT_", "GITHUB_")) and name not in (*FOREIGN, "VIRTUAL_ENV")
    }
    own = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "DVC_SITE_CACHE_DIR": str(folder.parent / "site"),
        "GIT_COMMITTER_NAME": WHO["GIT_AUTHOR_NAME"],
        "GIT_COMMITTER_EMAIL": WHO["GIT_AUTHOR_EMAIL"],
    }
    return {**inherited, **SILENT, **WHO, **own}
