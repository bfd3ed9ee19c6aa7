"""`mlops-ext serve` with the registry of the test: REGISTRY PROJECT TARGET OWN POLL, JSON from TARGET on."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

from mlops_ext.contract.targets import Target
from mlops_ext.errors import MlopsExtError
from mlops_ext_serve.model import environment
from mlops_ext_serve.serving import service
from serve_testing.registry import FakeDesk, make_context


def main(argv: list[str]) -> int:
    """Serve in the foreground; the host's exit codes."""
    environment.python_here = lambda lock, version, folder: Path(sys.executable)
    target = msgspec.json.decode(argv[3], type=Target)
    desk = FakeDesk(Path(argv[1]), msgspec.json.decode(argv[4]))
    context = make_context(Path(argv[2]), desk, msgspec.json.decode(argv[5]))
    try:
        service.serve(context, target)
    except MlopsExtError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
