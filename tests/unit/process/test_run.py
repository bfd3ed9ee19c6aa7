"""Short children: their answers, their errors, what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mlops_ext.errors import CouldNotTellError, DeadlineError
from mlops_ext.process import CommandError, run, without_secrets


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def test_code_and_both_outputs_come_back(tmp_path: Path) -> None:
    done = run(python("import sys; print('a'); print('b', file=sys.stderr); sys.exit(4)"), cwd=tmp_path)
    assert (done.code, done.stdout, done.stderr) == (4, "a\n", "b\n")
    assert done.seconds > 0


def test_an_unexpected_code_shows_command_code_and_the_end_of_the_output(tmp_path: Path) -> None:
    script = "import sys; [print(f'line {n}', file=sys.stderr) for n in range(40)]; sys.exit(9)"
    done = run(python(script), cwd=tmp_path)
    assert done.expect(9) is done
    with pytest.raises(CommandError) as raised:
        done.expect(hint="look there")
    text = str(raised.value)
    assert "exit 9" in text
    assert "line 39" in text
    assert "line 20" not in text
    assert (raised.value.hint, raised.value.exit_code) == ("look there", 3)


def test_secrets_stay_out_of_the_error(tmp_path: Path) -> None:
    script = "import sys; sys.exit('fatal: https://user:hunter2@host/r.git')"
    with pytest.raises(CommandError) as raised:
        run([*python(script), "https://user:hunter2@host/r.git"], cwd=tmp_path).expect()
    assert "hunter2" not in str(raised.value)
    assert "https://***@host/r.git" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("ssh://git@host/x", "ssh://***@host/x"),
        (
            "postgresql+psycopg://u:p@db:5432/a and s3://k:v@b",
            "postgresql+psycopg://***@db:5432/a and s3://***@b",
        ),
        ("https://host/a@b", "https://host/a@b"),
        ("git@host:x", "git@host:x"),
    ],
)
def test_only_userinfo_is_taken_out(text: str, clean: str) -> None:
    assert without_secrets(text) == clean


def test_a_missing_program_and_a_missing_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(CouldNotTellError, match="no-such-program was not found") as raised:
        run(["no-such-program"], cwd=tmp_path)
    assert "PATH" in raised.value.hint
    with pytest.raises(CouldNotTellError, match="there is no folder"):
        run(python(""), cwd=tmp_path / "nowhere")


def test_a_file_that_is_no_program_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("x")
    with pytest.raises(CouldNotTellError, match="can't be started"):
        run([tmp_path / "notes"], cwd=tmp_path)


def test_a_timeout_kills_the_whole_group(tmp_path: Path) -> None:
    script = (
        "import os, time; pid = os.fork();"
        "open('child' if pid == 0 else 'parent', 'w').write(str(os.getpid())); time.sleep(60)"
    )
    with pytest.raises(DeadlineError):
        run(python(script), cwd=tmp_path, timeout=0.7)
    for name in ("parent", "child"):
        stat = Path(f"/proc/{(tmp_path / name).read_text()}/stat")
        assert not stat.exists() or ") Z " in stat.read_text()


def test_stdin_and_a_file_as_output_carry_bytes_as_they_are(tmp_path: Path) -> None:
    script = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() + bytes([255]))"
    done = run(python(script), cwd=tmp_path, stdin="é", output=tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == "é".encode() + b"\xff"
    assert done.stdout == ""


def test_telemetry_is_off_and_the_given_environment_is_the_whole(tmp_path: Path) -> None:
    script = "import os; print(sorted(name for name in os.environ if name != 'LC_CTYPE'))"
    done = run(python(script), cwd=tmp_path, env={"ONLY": "1"})
    assert done.stdout.strip() == str(
        ["DO_NOT_TRACK", "DVC_NO_ANALYTICS", "GX_ANALYTICS_ENABLED", "MLFLOW_DISABLE_TELEMETRY", "ONLY"]
    )


def test_the_door_opens_fast_and_brings_no_asyncio() -> None:
    script = (
        "import sys, mlops_ext.process;"
        "print(sorted({'asyncio', 'dataclasses', 'inspect'} & set(sys.modules)))"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
