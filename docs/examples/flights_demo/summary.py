"""One screen at the end: what happened, and whether it is what a loop must do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from commands import Commands


@dataclass
class Story:
    """What the demo saw; exit codes are those of the commands."""

    versions: list[str] = field(default_factory=list)
    windows: list[tuple[str, int]] = field(default_factory=list)
    judged: list[tuple[str, int]] = field(default_factory=list)
    stopped: int = -1
    bad: str = ""
    refused: int = -1
    rollback: int = -1
    back: str = ""
    why: int = -1
    requests: int = 0
    rows: int = 0
    failed: int = -1
    seconds: float = 0.0


def show(story: Story, commands: Commands, repository: Path) -> int:
    """Print the screen; 0 when everything that has to hold does."""
    moved = [day for day, code in story.windows if code == 1]
    refusals = [version for version, code in story.judged if code == 1]
    first, refused = (moved[0] if moved else "never"), ", ".join(refusals) or "none"
    holds = {
        f"monitor found that something moved, first in the week to {first}": bool(moved),
        f"judged {len(story.judged)} retrained versions, refused {refused}": bool(story.judged),
        f"a later version serves than at first: {' then '.join(story.versions)}": len(story.versions) > 1,
        f"{story.requests:,} requests with {story.rows:,} rows, {story.failed} failed": story.failed == 0,
        "a batch with another schema stopped the pipeline": story.stopped == 1,
        f"a bad challenger ({story.bad or 'none'}) was refused": story.refused == 1 and bool(story.bad),
        f"rollback: version {story.back or '?'} serves again": story.rollback == 0,
        "why printed an unbroken chain": story.why == 0,
    }
    commands.title("What happened")
    for text, well in holds.items():
        print(f"  {'ok' if well else 'NOT'}  {text}")
    slowest = sorted(commands.called, key=lambda call: -call.seconds)[:3]
    times = ", ".join(f"{call.words[0]} {call.seconds:.1f} s" for call in slowest)
    print(f"\n  {len(commands.called)} commands in {story.seconds:.0f} s; the slowest: {times}")
    print(f"  page: {repository / '.mlops-ext' / 'report.html'}")
    return 0 if all(holds.values()) else 1
