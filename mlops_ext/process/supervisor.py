"""Run one command and leave nothing of it behind: the program between us and a team's code.

Started as `python -S -E supervisor.py FD GRACE COMMAND...`, imports nothing of ours. A byte on the pipe
FD, or its end because the other side died, means stop: TERM to all descendants, the grace, then KILL
until none is left; a second byte means KILL at once. What the command leaves behind when it ends by
itself is swept the same way.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main(argv: list[str]) -> int:
    """Supervise one command; its exit code, or 128 and the signal that ended it."""
    control, grace, command = int(argv[1]), float(argv[2]), argv[3:]
    os.set_inheritable(control, False)
    os.set_blocking(control, False)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    wake = wake_on_child()
    child = start(command)
    status = watch(child, control, wake)
    left = sweep(grace, child, control)
    return code_of(status if status is not None else left)


def prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the process group has to do."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def wake_on_child() -> int:
    """A descriptor that becomes readable when a child ends."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    return reader


def start(command: list[str]) -> int:
    """Fork and execute the command, which dies with us."""
    us = os.getpid()
    env = {**os.environ, "MLOPS_SUPERVISOR": f"{us}:{start_ticks(us)}"}
    child = os.fork()
    if child:
        return child
    try:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != us:
            os._exit(137)
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGPIPE", "SIGXFSZ", "SIGCHLD"):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        os.execvpe(command[0], command, env)
    except OSError as error:
        os.write(2, f"{command[0]} can't be started: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def watch(child: int, control: int, wake: int) -> int | None:
    """Wait for the command or for the word to stop; the command's status if it ended by itself."""
    while True:
        status = reap(child)
        if status is not None:
            return status
        ready, _, _ = select.select([control, wake], [], [])
        if control in ready:
            return None
        os.read(wake, 4096)


def reap(child: int) -> int | None:
    """Collect everything that ended; the status of the command if it is among them."""
    found = None
    try:
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return found
            if pid == child:
                found = status
    except ChildProcessError:
        return found


def sweep(grace: float, child: int, control: int) -> int | None:
    """End all descendants; the status of the command if it was among them."""
    found, asked = None, 0
    until = time.monotonic() + grace
    send(signal.SIGTERM, descendants())
    while True:
        left = descendants()
        status = reap(child)  # after the look, so that nothing that ended meanwhile stays a zombie
        found = status if found is None else found
        if not left:
            return found
        asked += words(control)
        if asked > 1 or time.monotonic() > until:
            send(signal.SIGKILL, left)
        time.sleep(0.01)


def words(control: int) -> int:
    """How many times the other side has asked for the end since the last look."""
    try:
        return len(os.read(control, 64))
    except OSError:
        return 0


def send(number: int, pids: list[int]) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            continue


def descendants() -> list[int]:
    """Everything below us, or in our process group, that has not ended."""
    us = os.getpid()
    table = processes()
    below = {us}
    while True:
        more = {pid for pid, (parent, _, _) in table.items() if parent in below and pid not in below}
        if not more:
            break
        below |= more
    mates = {pid for pid, (_, group, _) in table.items() if group == us}
    return sorted(pid for pid in (below | mates) - {us} if table[pid][2] not in "ZX")


def processes() -> dict[int, tuple[int, int, str]]:
    """Parent, group and state of every process."""
    if not os.path.exists("/proc/self/stat"):
        return processes_by_ps()
    table = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            fields = stat_fields(int(name))
            if fields:
                table[int(name)] = (int(fields[1]), int(fields[2]), fields[0])
    return table


def processes_by_ps() -> dict[int, tuple[int, int, str]]:
    """The same where there is no /proc; ps itself is left out."""
    reader, writer = os.pipe()
    ps = os.fork()
    if ps == 0:
        os.dup2(writer, 1)
        os.execvp("ps", ["ps", "-A", "-o", "pid=,ppid=,pgid=,stat="])
    os.close(writer)
    with os.fdopen(reader) as lines:
        rows = [line.split() for line in lines]
    os.waitpid(ps, 0)
    return {int(row[0]): (int(row[1]), int(row[2]), row[3][0]) for row in rows if int(row[0]) != ps}


def stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; none if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def start_ticks(pid: int) -> str:
    """When a process started, in ticks since the machine did; empty where nobody says."""
    fields = stat_fields(pid)
    return fields[19] if fields else ""


def code_of(status: int | None) -> int:
    """A wait status as the code that a shell would show."""
    if status is None:
        return 137
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv))
