"""Templates as one HTML file: every value escaped, scripts and styles allowed by their hashes only."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.checks import Value
from mlops_ext.errors import SettingsError

if TYPE_CHECKING:
    from mlops_ext.page.facts import Facts

HERE = Path(__file__).parent


def render(facts: Facts) -> str:
    """The page of a project."""
    return fill("page.html.j2", facts=facts, shown=shown)


def fill(template: str, **values: Any) -> str:
    """A template of this folder with these values."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise SettingsError("the page needs Jinja2", hint='pip install "mlops-ext[page]"') from error
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = (HERE / "style.css").read_text(), (HERE / "script.js").read_text()
    # Our own two files, and nothing else, go in as they are.
    page: str = environment.get_template(template).render(
        **values,
        policy=policy(style, script),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
    )
    return page.lstrip()


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy that lets exactly these two run."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def shown(value: Value) -> str:
    """A value of a check in a cell."""
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
