"""What the code says of itself: commands, exit codes, hooks, and the types that cross them."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click
import msgspec

import mlops_ext
from mlops_ext import errors
from mlops_ext.cli.group import COMMANDS
from mlops_ext.contract import hookspecs
from mlops_ext.contract import records as record_types
from mlops_ext.contract.policy import ALL, KIND, OWNER, POLICIES, Policy

SPECIFICATIONS = [name for name in vars(hookspecs) if name.startswith("mlops_")]
ASKED = {
    ALL: "all plugins",
    KIND: "the plugin that declares the target's kind",
    OWNER: "all, one answers: the plugin whose answer is not `None`",
}


def commands() -> str:
    """A section for each command, with its arguments and options."""
    found = {name: import_module(f"mlops_ext.cli.{name}").command for name in COMMANDS}
    return "\n\n".join(_command(name, command) for name, command in found.items())


def _command(name: str, command: click.Command) -> str:
    return "\n\n".join([f"## mlops-ext {name}", command.help or "", _usage(name, command), _options(command)])


def _usage(name: str, command: click.Command) -> str:
    arguments = [
        (parameter.metavar or (parameter.name or "").upper()) if parameter.required
        else f"[{(parameter.name or '').upper()}]"
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]  # fmt: skip
    return f"    mlops-ext {' '.join([name, *arguments, '[options]'])}"


def _options(command: click.Command) -> str:
    rows = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    lines = [f"| `{_option(option)}` | {option.help} |" for option in rows]
    return "\n".join(["| option | |", "|---|---|", *lines])


def _option(option: click.Option) -> str:
    words = ", ".join(option.opts)
    if option.is_flag:
        return words
    if isinstance(option.type, click.Choice):
        return f"{words} {'/'.join(option.type.choices)}"
    return f"{words} {option.metavar or option.type.name.upper()}"


def exit_codes() -> str:
    """The codes, and the errors that lead to each."""
    found = [
        (name.removeprefix("EXIT_"), code) for name, code in vars(errors).items() if name.startswith("EXIT_")
    ]
    lines = [f"| {code} | {name.replace('_', ' ').lower()} | {_errors(code)} |" for name, code in found]
    return "\n".join(["| code | means | error that a plugin may raise |", "|---|---|---|", *lines])


def _errors(code: int) -> str:
    base = errors.MlopsExtError
    found = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, base)]
    mine = [kind for kind in found if kind is not base and kind.exit_code == code]
    return ", ".join(f"`{kind.__name__}`" for kind in mine) or "none"


def hooks() -> str:
    """A section for each hook: signature, who is asked, and the rule."""
    return "\n\n".join(_hook(name) for name in SPECIFICATIONS)


def _hook(name: str) -> str:
    function = getattr(hookspecs, name)
    text = inspect.cleandoc(function.__doc__ or "")
    policy = POLICIES[name]
    gate = "" if policy.gate else " What it raises is shown and closes no gate."
    return f"### {name}\n\n```python\n{signature(name)}\n```\n\n{text}\n\nAsked of {_asked(policy)}.{gate}"


def _asked(policy: Policy) -> str:
    return ASKED.get(policy.asked) or f"the plugin with the role `{policy.role}`"


def signature(name: str) -> str:
    """A hook's signature as it stands in the source, on one line."""
    source = inspect.getsource(getattr(hookspecs, name))
    head = source[source.index("def ") : source.index(":\n")]
    return " ".join(head.split()).replace("( ", "(").replace(" )", ")")


def structs() -> str:
    """Every type of the contract that a plugin author imports."""
    found = [(name, getattr(mlops_ext, name)) for name in mlops_ext.__all__ if name != "CONTRACT"]
    return "\n\n".join(_struct(name, kind) for name, kind in found if _described(kind))


def records() -> str:
    """The fields of a record."""
    return _struct("StageRecord", record_types.StageRecord)


def _described(kind: Any) -> bool:
    return inspect.isclass(kind)


def _struct(name: str, kind: Any) -> str:
    doc = textwrap.dedent(inspect.getdoc(kind) or "")
    members = list(_fields(kind)) if hasattr(kind, "__struct_fields__") else list(_members(kind))
    return f"### {name}\n\n{doc}\n\n" + "\n".join(members)


def _fields(kind: Any) -> Iterator[str]:
    written = _annotations(kind)
    for field in msgspec.structs.fields(kind):
        default = "" if field.required else f" = {_default(field)}"
        yield f"- `{field.name}: {written[field.name]}{default}`"


def _members(kind: Any) -> Iterator[str]:
    for name, kind_of in _annotations(kind).items():
        yield f"- `{name}: {kind_of}`"
    for name, value in vars(kind).items():
        target = value.fget if isinstance(value, property) else value
        public = not name.startswith("_") or name == "__arrow_c_stream__"
        if public and inspect.isfunction(target) and target.__doc__:
            arguments = "" if isinstance(value, property) else str(inspect.signature(target)).replace("'", "")
            yield f"- `{name}{arguments}`: {inspect.cleandoc(target.__doc__).splitlines()[0]}"


def _annotations(kind: Any) -> dict[str, str]:
    return {name: str(text) for name, text in inspect.get_annotations(kind).items()}


def _default(field: Any) -> str:
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return "()" if value == () else repr(value)
