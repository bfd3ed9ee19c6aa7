"""A copy of the files that Git knows: what a runner would fetch, without what is ignored."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def clean_copy(target: Path, *below: str, source: Path = ROOT) -> Path:
    """Tracked files and new ones, as they are now; only those under `below` where it is given."""
    listed = ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *below]
    names = subprocess.run(listed, cwd=source, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (source / name).exists():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name, follow_symlinks=False)
    return target
