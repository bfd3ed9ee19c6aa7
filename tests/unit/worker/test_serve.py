"""The worker behind a pipe: nothing the model does may break the frames or outlive us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import mlops_ext
from mlops_ext.errors import CouldNotTellError, DeadlineError
from mlops_ext.process import started
from mlops_ext.worker_client import ModelError, WorkerGoneError, WorkerProcess


@contextlib.contextmanager
def running(python: Path, folder: Path) -> Iterator[WorkerProcess]:
    worker = WorkerProcess(python, folder)
    worker.start(60)
    try:
        yield worker
    finally:
        worker.close()


def row(hour: object, carrier: object = "UA") -> dict[str, list[Any]]:
    return {"carrier": [carrier], "dep_hour": [hour]}


def test_it_says_what_it_loaded_and_predicts(python: Path, own_model: Path) -> None:
    worker = WorkerProcess(python, own_model)
    ready = worker.start(60)
    assert ready.python == sys.version.split()[0]
    assert ready.rss > 1_000_000
    assert worker.predict({"carrier": ["UA", "B6"], "dep_hour": [1.5, None], "id": [1, 2]}) == [30.0, None]
    assert worker.predict({"carrier": [], "dep_hour": []}) == []
    assert worker.predict(row(1, "words")) == ["late"]
    assert worker.predict(row(2, "stdin")) == [40.0]
    pid = worker.pid
    assert pid is not None
    worker.close()
    assert started(pid) is None


@pytest.mark.parametrize(
    ("columns", "kind", "words"),
    [
        (row(1, "raise"), "RuntimeError", "no such carrier"),
        (row(1, "exit"), "SystemExit", "out"),
        ({"dep_hour": [1]}, "ValueError", "columns are missing: carrier"),
        (row("secret words"), "ValueError", "column dep_hour holds what is no double"),
        (row(True), "ValueError", "column dep_hour holds what is no double"),
        ({"dep_hour": [1, 2], "carrier": ["UA"]}, "ValueError", "same length"),
    ],
)
def test_a_bad_request_is_told_and_the_next_one_answered(
    python: Path, own_model: Path, columns: dict[str, list[Any]], kind: str, words: str
) -> None:
    with running(python, own_model) as worker:
        with pytest.raises(ModelError, match=words) as raised:
            worker.predict(columns)
        assert raised.value.type == kind
        assert "secret words" not in str(raised.value)
        assert worker.predict(row(1.0)) == [20.0]


def test_a_frame_that_is_no_json_is_answered_too(python: Path, own_model: Path) -> None:
    worker_file = Path(mlops_ext.__file__).with_name("worker.py")
    bad, good = b"{", b'{"id": 7, "columns": {"dep_hour": [1], "carrier": ["UA"]}}'
    sent = b"".join(len(body).to_bytes(4, "big") + body for body in (bad, good))
    done = subprocess.run(
        [python, "-I", worker_file, "serve", "--model", own_model],
        input=sent,
        capture_output=True,
        check=True,
    )
    assert b'"ready": true' in done.stdout
    assert b'{"id": null, "error"' in done.stdout
    assert done.stdout.endswith(b'{"id": 7, "predictions": [20.0]}')
    assert b"predicting prints" in done.stderr


def test_a_model_that_does_not_load_is_told(python: Path, own_model: Path) -> None:
    (own_model / "artifacts" / "model.txt").write_text("no number")
    worker = WorkerProcess(python, own_model)
    with pytest.raises(ModelError, match="the model does not load: ValueError"):
        worker.start(60)
    assert worker.pid is None


def test_a_worker_that_dies_is_told_and_can_be_started_again(python: Path, own_model: Path) -> None:
    with running(python, own_model) as worker:
        with pytest.raises(WorkerGoneError, match="ended"):
            worker.predict(row(1, "die"))
        with pytest.raises(WorkerGoneError, match="does not run"):
            worker.predict(row(1))
        worker.start(60)
        assert worker.predict(row(1)) == [20.0]


def test_a_late_answer_closes_the_worker(python: Path, own_model: Path) -> None:
    with running(python, own_model) as worker:
        pid = worker.pid
        assert pid is not None
        with pytest.raises(DeadlineError):
            worker.predict(row(1, "sleep"), timeout=0.3)
        assert started(pid) is None


def test_callers_wait_for_each_other(python: Path, own_model: Path) -> None:
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        answers[number] = worker.predict(row(number))

    with running(python, own_model) as worker:
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {number: [number * 20.0] for number in range(20)}


def test_a_large_request_crosses(python: Path, own_model: Path) -> None:
    with running(python, own_model) as worker:
        rows = 200_000
        assert len(worker.predict({"dep_hour": [1.25] * rows, "carrier": ["UA"] * rows})) == rows


@pytest.mark.parametrize("busy", [False, True])
def test_it_dies_with_its_parent(python: Path, own_model: Path, busy: bool) -> None:
    script = (
        "import sys; from pathlib import Path; from mlops_ext.worker_client import WorkerProcess\n"
        f"worker = WorkerProcess(Path(sys.executable), Path({str(own_model)!r})); worker.start()\n"
        "print(worker.pid, flush=True)\n"
        f"worker.predict({row(1, 'sleep') if busy else row(1)!r}, timeout=600)\n"
        "import time; time.sleep(600)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(mlops_ext.__file__).parents[1])}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + 5
    while started(pid) is not None and time.monotonic() < until:
        time.sleep(0.05)
    assert started(pid) is None


def test_one_thread_per_model_unless_the_team_says_so(python: Path, own_model: Path) -> None:
    (own_model / "adapter.py").write_text(
        "import os\ndef load(path): return 0\n"
        "def predict(model, frame): return [os.environ['OMP_NUM_THREADS']] * len(frame)\n"
    )
    with running(python, own_model) as worker:
        assert worker.predict(row(1)) == ["1"]
    more = WorkerProcess(python, own_model, {**os.environ, "OMP_NUM_THREADS": "3"})
    more.start(60)
    assert more.predict(row(1)) == ["3"]
    more.close()


def test_a_missing_interpreter_is_could_not_tell(tmp_path: Path, own_model: Path) -> None:
    with pytest.raises(CouldNotTellError, match="not found"):
        WorkerProcess(tmp_path / "no" / "python", own_model).start()
