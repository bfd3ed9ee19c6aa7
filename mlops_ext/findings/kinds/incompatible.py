"""Versions that resolve and do not import together (F80): installed, pinned, or not kept apart."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.findings.finding import Finding
from mlops_ext.findings.look import Look
from mlops_ext.findings.pairs import PAIRS, Pair
from mlops_ext.findings.requirement_files import Requirement, files, locked, locks, requirements
from mlops_ext.findings.versions import below, normal, pinned, version

RULE = "incompatible-versions"


def find(look: Look) -> Iterator[Finding]:
    """What is installed together, and what a file would install together."""
    asked = [one for path in files(look.tree) for one in requirements(look.tree, path)]
    together = [(path, requirements(look.tree, path)) for path in files(look.tree)]
    together += locks(look.tree)
    for pair in PAIRS:
        yield from _installed(pair, look, asked)
        for path, found in together:
            rows = {one.name: one for one in found}
            if pair.one in rows:
                yield from _asked(pair, rows, locked(look.tree, path))


def _installed(pair: Pair, look: Look, asked: list[Requirement]) -> Iterator[Finding]:
    found = {normal(name): text.split()[0] for name, text in look.packages.items() if text}
    one, other = found.get(pair.one, ""), found.get(pair.other, "")
    if one and other and _is_old(pair, one) and version(other) >= version(pair.first):
        place = next((row for row in asked if row.name == pair.one), None)
        yield Finding(
            rule=RULE,
            file=place.file if place else "project environment",
            line=place.line if place else 0,
            message=f"{pair.one} {one} does not import with {pair.other} {other}, and both are installed: "
            f"{pair.error}",
            hint=f"uv pip install '{pair.other}<{pair.first}', and ask for that in your requirements",
        )


def _asked(pair: Pair, rows: dict[str, Requirement], locks: bool) -> Iterator[Finding]:
    one, other = rows[pair.one], rows.get(pair.other)
    exact = pinned(one.spec)
    if not (_is_old(pair, _said(one.spec)) if exact else pair.newest and not locks):
        return
    if other is None and not pair.always:
        return
    spec = other.spec if other else ""
    holder = rows.get(pair.holder[0])
    if below(spec, version(pair.first)) or (holder and below(holder.spec, version(pair.holder[1]))):
        return
    sure = bool(exact and pinned(spec))
    if not sure and (locks or pair.exact):
        return
    what = f"{pair.other} {_said(spec)}" if sure else f"{pair.other} {pair.first} or newer"
    kept = "" if sure else f", and nothing in this file keeps {pair.other} below that"
    yield Finding(
        rule=RULE,
        file=one.file,
        line=one.line,
        message=f"{pair.one} {_said(one.spec) or f'up to {pair.last}'} does not import with {what}{kept}: "
        f"{pair.error}",
        hint=f"add {pair.other}<{pair.first} to this file",
        severity="" if sure else "warning",
    )


def _is_old(pair: Pair, text: str) -> bool:
    return version(pair.since) <= version(text) <= version(pair.last)


def _said(spec: str) -> str:
    exact = pinned(spec)
    return spec.lstrip("=~^! ") if exact is not None else ""
