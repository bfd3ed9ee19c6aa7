"""The desk of these tests lives beside them; the table of the tests at the top."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[4] / "tests")]
