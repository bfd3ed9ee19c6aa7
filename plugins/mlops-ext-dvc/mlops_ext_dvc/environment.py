"""The digest of what is installed beside a step's interpreter: names and versions, nothing imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mlops_ext import process

# Run by the interpreter of the step itself, isolated, so nothing of ours has to be installed there.
LISTING = """
import hashlib, os, platform, re, sys
seen = {}
for folder in sys.path:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        continue
    for entry in entries:
        base, suffix = os.path.splitext(entry.name)
        if suffix == ".dist-info" and "-" in base:
            name, version = base.rsplit("-", 1)
            name = re.sub("[-_.]+", "-", name).lower()
            if name.startswith("mlops-ext"):
                continue
            try:
                with open(os.path.join(entry.path, "direct_url.json")) as file:
                    version += " " + file.read()
            except OSError:
                pass
            seen.setdefault(name, version)
head = (sys.implementation.name, platform.python_version(), sys.platform, platform.machine())
text = "\\n".join([*head, *(f"{name}=={seen[name]}" for name in sorted(seen))])
print(hashlib.sha256(text.encode()).hexdigest())
"""


def digests(pythons: Iterable[str], folder: Path) -> Mapping[str, str]:
    """The environment's digest by interpreter; one that does not answer has none."""
    found = {}
    for python in dict.fromkeys(pythons):
        answer = process.run([python, "-I", "-c", LISTING], cwd=folder, timeout=30)
        found[python] = f"sha256:{answer.stdout.strip()}" if answer.code == 0 else ""
    return found
