"""What was measured: a table for people, and the same as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import load, median

from traffic import Answers

TITLES = {
    "a": "Start-up",
    "b": "Against a hand-glued script",
    "c": "Nothing changed",
    "d": "One-row requests",
    "e": "What develop adds",
    "f": "Validation of a million rows",
}
ANSWER = "| {what} | {connections} | {p50_ms:.1f} | {p99_ms:.1f} | {per_second:.0f} | {failed} |"


@dataclass
class Row:
    """One figure. `ratio` is that of medians; `met` is None where there is no limit."""

    part: str
    what: str
    median: float
    runs: int
    least: float
    most: float
    ratio: float | None = None
    limit: str = ""
    met: bool | None = None


@dataclass
class Figures:
    rows: list[Row] = field(default_factory=list)
    answers: list[dict[str, float | str]] = field(default_factory=list)
    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    loads: dict[str, float] = field(default_factory=dict)
    began: dict[str, str] = field(default_factory=dict)
    ahead: set[str] = field(default_factory=set)

    def time(
        self, part: str, what: str, times: Sequence[float], *, against: Sequence[float] = (), limit: float = 0
    ) -> None:
        """Seconds of one piece of work; a limit is one on the ratio."""
        ratio = median(times) / median(against) if against else None
        row = Row(part, what, median(times), len(times), min(times), max(times), ratio)
        if limit and ratio is not None:
            row.limit, row.met = f"at most {limit:g} times", ratio <= limit
        self._add(row)

    def below(self, part: str, what: str, value: float, limit: float) -> None:
        self._add(Row(part, what, value, 1, value, value, limit=f"at most {limit:g}", met=value <= limit))

    def above(self, part: str, what: str, value: float, limit: float) -> None:
        self._add(Row(part, what, value, 1, value, value, limit=f"at least {limit:g}", met=value >= limit))

    def requests(self, what: str, connections: int, answers: Answers) -> None:
        found = {"what": what, "connections": connections, **answers.figures()}
        self.answers.append(found)
        print(f"(d) {what}, {connections} connections: {answers.figures()}", flush=True)

    def begin(self, part: str) -> None:
        """The load that a part of the run began under, and whether it went before all else (`chrt -r 1`)."""
        self.ahead |= {part} if os.sched_getscheduler(0) in (os.SCHED_RR, os.SCHED_FIFO) else set()
        self.loads[part] = load()
        self.began[part] = datetime.now(UTC).isoformat(timespec="minutes")
        print(f"\n({part}) {TITLES[part]}; load {load():.1f} on {os.cpu_count()} cores", flush=True)

    def write(self, folder: Path) -> None:
        """The parts that ran, and of the others what was measured before."""
        file = folder / "benchmarks.json"
        if file.is_file():
            self._keep(json.loads(file.read_text()))
        machine = {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "load_at_start_of_part": self.loads,
            "start_of_part": self.began,
            "ahead_of_all_else": sorted(self.ahead),
        }
        content = {
            "machine": machine,
            "rows": [asdict(row) for row in self.rows],
            "requests": self.answers,
            "shares_of_seconds": self.shares,
        }
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, indent=2) + "\n")
        (folder / "benchmarks.md").write_text(self.page(machine))

    def _keep(self, before: dict[str, Any]) -> None:
        ran = set(self.loads)
        self.ahead |= set(before["machine"].get("ahead_of_all_else", ())) - ran
        self.rows += [Row(**row) for row in before["rows"] if row["part"] not in ran]
        self.answers = self.answers if "d" in ran else before["requests"]
        self.shares = self.shares if "b" in ran else before["shares_of_seconds"]
        self.loads = {**before["machine"]["load_at_start_of_part"], **self.loads}
        self.began = {**before["machine"]["start_of_part"], **self.began}

    def page(self, machine: dict[str, object]) -> str:
        loads = ", ".join(f"({part}) {value:.1f}" for part, value in sorted(self.loads.items()))
        began = ", ".join(f"({part}) {value[:16]}" for part, value in sorted(self.began.items()))
        ahead = f"; with priority over all else: {', '.join(sorted(self.ahead))}" if self.ahead else ""
        lines = [
            "# Benchmarks",
            "",
            "Written by `make bench`. Times are wall-clock seconds of whole commands unless a row says so,",
            "taken in turns in one run; ratios are ratios of medians. What each part compares is in",
            "`tests/benchmarks/README.md`.",
            "",
            f"{machine['cores']} cores, {machine['system']}, Python {machine['python']};",
            f"parts began {began} UTC;",
            f"load then: {loads} (idle is near 0: above the cores, times are long){ahead}.",
        ]
        for part in (part for part in TITLES if part in self.loads):
            lines += self._part(part)
        return "\n".join(lines) + "\n"

    def _part(self, part: str) -> list[str]:
        rows = [row for row in self.rows if row.part == part]
        lines = ["", f"## ({part}) {TITLES[part]}", ""]
        if rows:
            lines += [
                "| | median | least to most | runs | ratio | limit | |",
                "|---|---|---|---|---|---|---|",
            ]
            lines += [_line(row) for row in rows]
        if part == "b" and self.shares:
            lines += ["", "Where the time of one call of each goes, in seconds:", "", *self._shares()]
        if part == "d" and self.answers:
            lines += [
                "| | connections | p50 ms | p99 ms | per second | failed |",
                "|---|---|---|---|---|---|",
            ]
            lines += [ANSWER.format(**one) for one in self.answers]
        return lines

    def _shares(self) -> list[str]:
        parts = list(next(iter(self.shares.values())))
        lines = [f"| | {' | '.join(parts)} |", f"|---{'|---' * len(parts)}|"]
        for name, found in self.shares.items():
            whole = sum(found.values())
            cells = (f"{found[one]:.1f} ({found[one] / whole:.0%})" for one in parts)
            lines.append(f"| {name} | {' | '.join(cells)} |")
        return lines

    def _add(self, row: Row) -> None:
        self.rows.append(row)
        print(f"({row.part}) {_line(row)}", flush=True)


def _line(row: Row) -> str:
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    spread = f"{row.least:.3f} to {row.most:.3f}" if row.runs > 1 else ""
    met = {None: "", True: "met", False: "NOT met"}[row.met]
    return f"| {row.what} | {row.median:.3f} | {spread} | {row.runs} | {ratio} | {row.limit} | {met} |"
