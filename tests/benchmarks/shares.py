"""Run one command of mlops-ext in this process and say where its time went, by sampling the main thread.

Usage: python shares.py OUT.json COMMAND [ARGUMENTS]
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY = 0.005
WAITS = ("/subprocess.py", "/mlops_ext/frames.py", "/mlops_ext_serve/talk.py", "/mlops_ext_serve/deploy.py")
HOST = {"click", "pluggy", "msgspec", "rfc8785"}
IMPORTS, TOOLS, CHILDREN, OURS = "imports of tools", "tools", "other processes", "ours"


def main() -> int:
    out, *words = sys.argv[1:]
    sys.argv = ["mlops-ext", *words]
    counts: Counter[str] = Counter()
    done = threading.Event()
    thread = threading.Thread(target=_sample, args=(threading.get_ident(), counts, done), daemon=True)
    began = time.perf_counter()
    thread.start()
    from mlops_ext.cli import main as command

    code = command()
    done.set()
    thread.join()
    taken, total = time.perf_counter() - began, max(sum(counts.values()), 1)
    parts = {part: taken * counts[part] / total for part in (IMPORTS, TOOLS, CHILDREN, OURS)}
    Path(out).write_text(json.dumps({"seconds": taken, **parts}))
    return code


def _sample(thread: int, counts: Counter[str], done: threading.Event) -> None:
    last = time.perf_counter()
    while not done.wait(EVERY):
        frame = sys._current_frames().get(thread)
        now = time.perf_counter()
        # A sample that came late, while something held the interpreter, counts for all that time.
        counts[_part(frame)] += round((now - last) * 1e6)
        last = now


def _part(frame: FrameType | None) -> str:
    """What the main thread does: what it imports, else whom it waits for, else whose code runs."""
    part = OURS
    while frame is not None:
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if name == "_find_and_load" and "importlib" in file:
            if _is_tool(str(frame.f_locals.get("name", "")).partition(".")[0]):
                return IMPORTS
        elif part == OURS and (file.endswith(WAITS) or "/mlops_ext/process/" in file):
            part = CHILDREN
        elif part == OURS and "/site-packages/" in file and _is_tool(_package(file)):
            part = TOOLS
        frame = frame.f_back
    return part


def _package(file: str) -> str:
    return file.rpartition("/site-packages/")[2].partition("/")[0].removesuffix(".py")


def _is_tool(root: str) -> bool:
    return not (root.startswith("mlops_ext") or root in HOST or root in sys.stdlib_module_names or not root)


if __name__ == "__main__":
    sys.exit(main())
