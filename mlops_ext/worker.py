"""The worker: runs in the project environment, where the team's classes are, and imports nothing of ours.

`python -I worker.py environment`, `predict --model DIR --data IN --out OUT` (Arrow IPC files), or
`serve --model DIR` (frames on stdin and stdout: 4 bytes of length, big-endian, then JSON).
Exit codes: 2 something must be installed there, 3 anything else; one line of JSON on stderr says what.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import math
import os
import re
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

Module = Any
Frame = Any
Array = Any
Predict = Callable[[Any], Any]
LONGEST_ERROR = 500
SETTINGS = "mlops-ext-model.json"
NUMBERS = (int, float, type(None))
TYPES = {
    "double": ("iuf", "float64"),
    "float": ("iuf", "float32"),
    "long": ("iuf", "int64"),
    "integer": ("iuf", "int32"),
    "boolean": ("b", "bool"),
}


def main(argv: list[str]) -> int:
    """Run one verb; its exit code."""
    verb, *words = argv or ["none"]
    given = {name: Path(value) for name, value in zip(words[::2], words[1::2])}  # noqa: B905 - Python 3.9
    if verb == "environment":
        print(json.dumps(environment()))  # noqa: T201
        return 0
    if verb == "predict":
        return predict_file(given["--model"], given["--data"], given["--out"])
    if verb == "serve":
        return serve(given["--model"])
    return complain(ValueError(f"no such verb: {verb}"), 3)


def environment(folders: list[str] | None = None) -> dict[str, Any]:
    """What is installed here, or in these folders: never ours, and the first of a name wins."""
    return {
        "implementation": sys.implementation.name,
        "version": sys.version.split()[0],
        "platform": sys.platform,
        "machine": os.uname().machine,
        "packages": installed(sys.path if folders is None else folders),
    }


def installed(folders: list[str]) -> dict[str, str]:
    """Name and version of each distribution, from the names of its `*.dist-info` folder alone."""
    found: dict[str, str] = {}
    for folder in folders:
        try:
            entries = [entry.name for entry in os.scandir(folder) if entry.name.endswith(".dist-info")]
        except OSError:
            continue
        for entry in sorted(entries):
            name, dash, version = entry[: -len(".dist-info")].rpartition("-")
            name = re.sub(r"[-_.]+", "-", name).lower()
            if dash and name not in found and name != "mlops-ext" and not name.startswith("mlops-ext-"):
                found[name] = version + origin(os.path.join(folder, entry, "direct_url.json"))
    return dict(sorted(found.items()))


def origin(path: str) -> str:
    """What tells an editable, local or VCS install from a release; without the path of this machine."""
    try:
        with open(path, encoding="utf-8") as file:
            url = json.load(file)
    except (OSError, ValueError):
        return ""
    if "vcs_info" in url:
        return f" ({url['vcs_info'].get('vcs')} {url['vcs_info'].get('commit_id')})"
    if "dir_info" in url:
        return " (editable)" if url["dir_info"].get("editable") else " (local folder)"
    info = url.get("archive_info", {})
    digests = info.get("hashes") or {}
    return f" (archive {digests.get('sha256') or info.get('hash') or url.get('url', '').rpartition('/')[2]})"


class Model:
    """A loaded model, and how its frames are built."""

    def __init__(self, folder: Path) -> None:
        self.features: list[tuple[str, str]] | None = None
        settings = folder / SETTINGS
        self.predict = self._by_adapter(folder, settings) if settings.is_file() else self._by_mlflow(folder)

    def _by_adapter(self, folder: Path, settings: Path) -> Predict:
        given = json.loads(settings.read_text(encoding="utf-8"))
        self.features = [(one["name"], one["type"]) for one in given.get("features", [])] or None
        sys.path[:0] = [str(folder / path) for path in given.get("path", [])]
        adapter = import_file(folder / given["adapter"])
        model = adapter.load(str(folder / given["file"]))
        output = given.get("output")
        if (
            output is not None
            and "output" in importlib.import_module("inspect").signature(adapter.predict).parameters
        ):
            return lambda frame: adapter.predict(model, frame, output=output)
        return lambda frame: adapter.predict(model, frame)

    def _by_mlflow(self, folder: Path) -> Predict:
        model = importlib.import_module("mlflow.pyfunc").load_model(str(folder))
        schema = model.metadata.get_input_schema()
        if schema is not None and schema.has_input_names() and not schema.is_tensor_spec():
            self.features = [(one.name, one.type.name) for one in schema.inputs if hasattr(one.type, "name")]
        predict: Predict = model.predict
        return predict

    def values(self, columns: dict[str, Any]) -> list[Any]:
        """One prediction per row: numbers or words, nothing else."""
        frame = frame_of(columns, self.features)
        if frame.empty:
            return []
        predicted = self.predict(frame)
        if hasattr(predicted, "columns"):
            names = list(predicted.columns)
            predicted = predicted["prediction" if "prediction" in names else names[0]] if names else []
        listed = predicted.tolist() if hasattr(predicted, "tolist") else list(predicted)
        return [plain(value) for value in listed]


def import_file(path: Path) -> Module:
    """The module in a file."""
    spec = importlib.util.spec_from_file_location("mlops_ext_model_adapter", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # pickle looks for a class in its module by name
    spec.loader.exec_module(module)
    return module


def frame_of(columns: dict[str, Any], features: list[tuple[str, str]] | None) -> Frame:
    """A pandas frame of these columns, in the order and with the types that the model declared."""
    pandas = importlib.import_module("pandas")
    if features is None:
        return pandas.DataFrame(columns)
    missing = [name for name, _ in features if name not in columns]
    if missing:
        raise ValueError(f"columns are missing: {', '.join(missing)}")
    return pandas.DataFrame({name: column(pandas, name, columns[name], kind) for name, kind in features})


def column(pandas: Module, name: str, values: Array, kind: str) -> Array:
    """One column with its declared type; what does not fit is an error that names the column only."""
    if kind == "datetime":
        return pandas.to_datetime(values)
    if kind not in TYPES:
        return values
    numpy = importlib.import_module("numpy")
    array = numpy.asarray(values)
    wanted, dtype = TYPES[kind]
    if array.dtype.kind == "O" and "float" in dtype and all(type(value) in NUMBERS for value in array):
        array = array.astype("float64")
    whole = "int" not in dtype or array.dtype.kind != "f" or (numpy.floor(array) == array).all()
    if array.dtype.kind not in wanted or not whole:
        raise ValueError(f"column {name} holds what is no {kind}")
    return array.astype(dtype, copy=False)


def plain(value: Array) -> float | str | None:
    """A prediction as JSON has it: a number, a word, or null where it is not a number."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, (bool, int)):
        return float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value
    raise TypeError(f"a prediction is a {type(value).__name__}, neither a number nor a word")


def predict_file(folder: Path, data: Path, out: Path) -> int:
    """Predict on an Arrow IPC file and write another with one column `prediction`."""
    os.dup2(2, 1)  # what the model prints is no answer of ours
    try:
        arrow = importlib.import_module("pyarrow")
        ipc = importlib.import_module("pyarrow.ipc")
        frame = ipc.open_file(arrow.memory_map(str(data))).read_all().to_pandas()
        values = Model(folder.resolve()).values({name: frame[name] for name in frame.columns})
        if len(values) != len(frame):
            raise ValueError(f"{len(values)} predictions for {len(frame)} rows")
        words = any(isinstance(value, str) for value in values)
        column = arrow.array(values, type=arrow.string() if words else arrow.float64())
        temporary = out.with_name(f".{out.name}.{os.getpid()}")
        with ipc.new_file(str(temporary), arrow.schema([("prediction", column.type)])) as writer:
            writer.write_table(arrow.table({"prediction": column}))
        os.replace(temporary, out)
    except ModuleNotFoundError as error:
        needed = error.name in ("pyarrow", "pyarrow.ipc", "pandas", "mlflow", "mlflow.pyfunc")
        return complain(error, 2 if needed else 3)
    except Exception as error:  # noqa: BLE001 - whatever the team's code raises has to be told in one line
        return complain(error, 3)
    return 0


def complain(error: BaseException, code: int) -> int:
    """Tell what went wrong in one line of JSON; the exit code."""
    sys.stdout.flush()
    print(f"\n{json.dumps(told(error))}", file=sys.stderr, flush=True)  # noqa: T201 - on a line of its own
    return code


def told(error: BaseException) -> dict[str, str]:
    """An error in words, short enough for one line."""
    words = " ".join(str(error).split()) or type(error).__name__
    return {"error": words[:LONGEST_ERROR], "type": type(error).__name__}


def serve(folder: Path) -> int:
    """Answer requests until stdin ends; one bad request never ends the worker."""
    # Frames have descriptors of their own: what the model prints goes to stderr, what it reads is nothing.
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    begun = time.monotonic()
    try:
        model = Model(folder.resolve())
    except BaseException as error:  # noqa: BLE001 - SystemExit in a model's code is an answer too
        send(answers, {"ready": False, **told(error)})
        return 3
    seconds = time.monotonic() - begun
    send(answers, {"ready": True, "seconds": seconds, "rss": resident(), "python": sys.version.split()[0]})
    for request in frames(requests):
        send(answers, answer(model, request))
    return 0


def end_with_parent(parent: int) -> None:
    """End when the parent is gone, even in the middle of a long prediction."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def answer(model: Model, raw: bytes) -> dict[str, Any]:
    """The answer to one frame, whatever is in it."""
    number = None
    try:
        request = json.loads(raw)
        number = request["id"]
        return {"id": number, "predictions": model.values(request["columns"])}
    except BaseException as error:  # noqa: BLE001 - one bad request never ends the worker
        return {"id": number, **told(error)}


def frames(stream: BinaryIO) -> Iterator[bytes]:
    """Each frame until the stream ends, also in the middle of one."""
    while True:
        head = stream.read(4)
        if len(head) < 4:
            return
        (length,) = struct.unpack(">I", head)
        body = stream.read(length)
        if len(body) < length:
            return
        yield body


def send(stream: BinaryIO, message: dict[str, Any]) -> None:
    """Write one frame."""
    body = json.dumps(message).encode()
    stream.write(struct.pack(">I", len(body)) + body)
    stream.flush()


def resident() -> int:
    """Bytes of memory in use; 0 where the kernel does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
