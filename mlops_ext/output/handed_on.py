"""What a stage hands on to the next step: each product as the one word by which it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from mlops_ext.stages.work import Outcome


def handed_on(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Names with their values, several on lines; the page and the folder with the answer come last."""
    found: dict[str, list[str]] = {}
    for ref in outcome.outputs:
        if ref.kind == "deployment" and ref.uri:
            found.setdefault("service", []).append(ref.uri)
        elif ref.kind == "deployment":
            found.setdefault("deployment", []).append(f"{ref.name.rpartition('@')[2]} {ref.digest}")
        elif ref.kind == "package":
            found.setdefault("package", []).append(ref.digest)
        elif ref.kind in ("model-version", "trigger"):
            found.setdefault(ref.kind, []).append(ref.name)
    yield from ((name, "\n".join(values)) for name, values in found.items())
    pages = [value for name, value in outcome.products if name == "report"]
    yield from (("report", pages[-1] if pages else ""), ("answer", outcome.saved))
