"""Ask all questions without pytest, as `integrate` does: `PLAN ANSWERS`, two files of JSON.

The first line of the answers names the questions; each further line is one answer, written when it is given.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mlops_ext.testing.training.bench import Bench
from mlops_ext.testing.training.plan import load
from mlops_ext.testing.training.questions import NAMES


def main(argv: list[str]) -> int:
    """Ask and answer; 0 when all that can be asked was, whatever the answers are."""
    plan = load(argv[0])
    bench = Bench(Path(plan.adapter), plan)
    with Path(argv[1]).open("a", encoding="utf-8") as answers:
        answers.write(json.dumps({"asks": NAMES}) + "\n")
        for name in NAMES:
            answers.write(bench.answer(name).line(name))
            answers.flush()
            if not bench.works:
                break
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
