"""What every action here runs: make the tools ready, then become the command.

Standard library only, and readable by any Python 3, so that an old one is told what it lacks.
"""

from __future__ import annotations

import os
import sys

if os.name != "posix":
    print("::error::mlops-ext runs on Linux and macOS, and this runner has neither: see `runs-on`")
    sys.exit(2)
if sys.version_info < (3, 11):  # noqa: UP036
    found = sys.version.split()[0]
    print(f"::error::mlops-ext needs Python 3.11 or newer, and python3 is {found}: see actions/setup-python")
    sys.exit(2)

# Isolated mode leaves this folder out, as it leaves out everything that a workspace could hold.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from tools.begin import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
