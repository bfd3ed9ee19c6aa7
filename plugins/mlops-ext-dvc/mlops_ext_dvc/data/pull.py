"""Bring hashes from the remote into the cache: `python pull.py REMOTE MD5...` in the DVC project.

A program of its own, because DVC prints and the command line can only pull what a revision names.
"""

from __future__ import annotations

import sys


def main(remote: str, hashes: list[str]) -> int:
    """0 when nothing failed; which bytes came is seen in the cache."""
    from dvc.repo import Repo
    from dvc_data.hashfile.hash_info import HashInfo

    with Repo(".") as repo:
        wanted = [HashInfo("md5", value) for value in hashes]
        result = repo.cloud.pull(wanted, remote=remote or None)
    return 1 if result.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
