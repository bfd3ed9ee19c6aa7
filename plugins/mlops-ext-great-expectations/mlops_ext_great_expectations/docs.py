"""GX's own page of one suite, where it was asked for: below `.mlops-ext/`, never in the team's folder."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from mlops_ext import durable
from mlops_ext.contract.refs import Ref

if TYPE_CHECKING:
    from pathlib import Path


def write(result: Any, folder: Path, name: str) -> Ref:
    """The page as a file, and the pointer to it."""
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    page = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(result))
    path = folder / f"{name.replace('/', '.')}.html"
    content = page.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.write_bytes(path, content)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return Ref(kind="data-docs", name=name, digest=digest, uri=str(path))
