"""The guard on what DVC itself wrote: a folder in its cache, a step below a folder, a secret kept local."""

from __future__ import annotations

import pytest
from calling import commit, git

SECRET = "hunter2-hunter2-hunter2"


@pytest.mark.stress
def test_what_dvc_wrote_is_known(small):
    step = "stages: {a: {wdir: work, cmd: echo made-here > out.csv, outs: [out.csv]}}\n"
    small.write({"raw/a.csv": "a,1\n", "raw/b.csv": "b,2\n", "dvc.yaml": step, "work/.keep": ""})
    small.dvc("add", "-q", "raw")
    small.dvc("repro", "-q")
    small.dvc("remote", "add", "-q", "store", "s3://bucket/x")
    small.dvc("remote", "modify", "--local", "store", "secret_access_key", SECRET)
    commit(small.root)
    small.write({"b.txt": "b,2\n", "c.txt": "made-here\n", "run.py": f"key = {SECRET!r}\n", "d.txt": "d\n"})
    git(small.root, "add", "-f", ".", ".dvc/cache", ".dvc/config.local")
    told = small.call("guard", "--verbose", code=1).stdout
    for said in (
        "b.txt has the bytes of raw/b.csv",
        "c.txt has the bytes of work/out.csv",
        "DVC keeps raw, as raw.dvc says",
        "DVC keeps work/out.csv, as dvc.yaml says",
        ".dvc/cache is this machine's own copy",
        "run.py:1 holds `secret_access_key` of remote store",
        ".dvc/config.local holds DVC's settings of this machine alone",
    ):
        assert said in told
    assert "d.txt" not in told
    assert SECRET not in told
    small.dvc("remote", "modify", "store", "secret_access_key", SECRET)
    git(small.root, "reset", "-q")
    git(small.root, "add", ".dvc/config")
    assert ".dvc/config:" in small.call("guard", code=1).stdout
