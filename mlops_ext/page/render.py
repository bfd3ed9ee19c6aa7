"""Templates as one HTML file: every value escaped, scripts and styles allowed by their hashes only."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_ext.contract.checks import Value
from mlops_ext.errors import SettingsError
from mlops_ext.output.clean import clean
from mlops_ext.words import lasted, number, plural

if TYPE_CHECKING:
    from mlops_ext.page.facts import Facts

HERE = Path(__file__).parent


def render(facts: Facts) -> str:
    """The page of a project."""
    return fill("page.html.j2", facts=facts, shown=shown)


def fill(template: str, **values: Any) -> str:
    """A template of this folder with these values."""
    require_jinja()
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters |= {"lasted": lasted, "plural": plural, "number": number}
    style, script = _read("style.css") + _read("stage.css"), _read("script.js")
    # Our own files, and nothing else, go in as they are.
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
    return "-" if value is None else number(value)


def require_jinja() -> None:
    """Raise before anything is asked where no page could be made in the end."""
    from importlib.util import find_spec

    if find_spec("jinja2") is None:
        raise SettingsError("the page needs Jinja2", hint='pip install "mlops-ext[page]"')


def _finalize(value: object) -> object:
    """Text as it may be shown; escaping comes after. Markup is our own."""
    return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
