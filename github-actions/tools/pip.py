"""pip as we call it: what a lock says and nothing else, from an index or from a folder of wheels."""

from __future__ import annotations

import subprocess
import venv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tools.say import CannotStartError, unread

QUIET = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


@dataclass(frozen=True)
class Pip:
    """The pip of one environment. `wheelhouse`: only from there, without a network."""

    place: Path
    env: Mapping[str, str]
    wheelhouse: Path | None = None

    @classmethod
    def make(cls, place: Path, env: Mapping[str, str], wheelhouse: Path | None) -> Pip:
        """A new environment of the Python that runs us, or of the one that its environment was made from."""
        builder = venv.EnvBuilder(with_pip=True, symlinks=True)
        try:
            builder.create(place)
        except (OSError, subprocess.CalledProcessError) as error:
            hint = "see actions/setup-python, or on Debian and Ubuntu: apt install python3-venv"
            raise CannotStartError(f"no environment can be made: {error}", hint, code=3) from error
        return cls(place, env, wheelhouse)

    def locked(self, *locks: Path, target: Path | None = None) -> None:
        """Install what is pinned by hash."""
        where = [f"--target={target}"] if target else []
        self._install("--no-deps", "--require-hashes", *where, *_files(*locks))

    def listed(self, requirements: Path) -> None:
        """Install what a team lists, by hash where it says so."""
        self._install(*_files(requirements))

    def built(self, sources: list[Path], backend: Path, wheels: Path) -> None:
        """Install our own distributions from their sources; what builds them stays out of the environment."""
        alone = ("--quiet", "--no-index", "--no-deps")
        building = replace(self, env={**self.env, "PYTHONPATH": str(backend)})
        building._run("wheel", *alone, "--no-build-isolation", f"--wheel-dir={wheels}", *map(str, sources))
        self._run("install", *alone, *sorted(str(wheel) for wheel in wheels.glob("*.whl")))

    def check(self, hint: str) -> None:
        """Whether everything that is installed finds what it needs."""
        self._run("check", hint=hint, code=2)

    def _install(self, *words: str) -> None:
        where = ("--no-index", f"--find-links={self.wheelhouse}") if self.wheelhouse else ()
        self._run("install", "--quiet", "--no-compile", *where, *words)

    def _run(self, *words: str, hint: str = "see above", code: int = 3) -> None:
        # Isolated: a `pip.py` in the workspace is not ours.
        command = [str(self.place / "bin" / "python"), "-I", "-m", "pip", *words]
        with unread():
            done = subprocess.run(command, env={**self.env, **QUIET}, stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            raise CannotStartError(f"pip {words[0]} ended with {done.returncode}", hint, code)


def _files(*requirements: Path) -> list[str]:
    return [f"--requirement={file}" for file in requirements]
