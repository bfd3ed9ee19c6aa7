"""One of several processes that promote at once; prints one JSON line per round that it won or lost."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

from mlflow_fakes import make_context

from mlops_ext.contract.models import ModelVersion


def main() -> None:
    """Rounds of: read the end of the log, promote against it."""
    root, uri, model, rounds, name = (
        Path(sys.argv[1]),
        sys.argv[2],
        sys.argv[3],
        int(sys.argv[4]),
        sys.argv[5],
    )
    killed = float(sys.argv[6]) if len(sys.argv) > 6 else 0.0
    from mlops_ext_mlflow.promotion import log, promote
    from mlops_ext_mlflow.store.connect import connect

    context = make_context(root, uri)
    store = connect(context)
    for round_ in range(rounds):
        end = log.last(store, log.name(model, "champion"))
        expected = end.number if end else 0
        version = random.randint(1, 3)
        candidate = ModelVersion(model=model, version=version, digest="", uri="")
        if random.random() < killed:
            promote.settle = lambda where: os._exit(9)
        made = promote.promote(context, candidate, "champion", expected, f"{name}-{round_}")
        print(
            json.dumps({"expected": expected, "number": made.number, "won": made.won, "target": version}),
            flush=True,
        )


main()
