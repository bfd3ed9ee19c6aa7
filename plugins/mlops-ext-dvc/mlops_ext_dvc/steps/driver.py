"""DVC in a process of its own: it says what it will run, waits for the word, and then is DVC's command.

`python driver.py PLAN TARGETS WORDS...` in the DVC project. What DVC imports and reads is so imported and
read once, and while we import other things. The words come last, because DVC notes them in its locks.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path

GO = "go"


def main(plan: Path, targets: tuple[str, ...], words: list[str]) -> int:
    """DVC's own exit code; 0 when nobody said to go on."""
    gc.disable()
    from dvc.cli import main as dvc
    from dvc.cli import parser

    from mlops_ext_dvc.files import planned

    unfinished = plan.with_name(f".{plan.name}")
    unfinished.write_bytes(planned.encoded(Path.cwd(), targets))
    os.replace(unfinished, plan)
    parser.get_main_parser()  # imports all of DVC's commands, while we wait
    gc.freeze()  # a thousand modules are no garbage: looking through them, now and at exit, takes 0.2 s
    gc.enable()
    if sys.stdin.readline().strip() != GO:
        return 0
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = ["dvc", *words]
    return int(dvc(words) or 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), tuple(json.loads(sys.argv[2])), sys.argv[3:]))
