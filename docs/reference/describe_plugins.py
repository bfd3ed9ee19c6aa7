"""The plugins of this repository as they declare themselves."""

from __future__ import annotations

import inspect
import tomllib
from importlib import import_module
from pathlib import Path

import msgspec

from mlops_ext.contract.plugin import Plugin
from mlops_ext.discovery import Loaded
from mlops_ext.registry import check

ORDER = ("develop", "integrate", "deliver", "trigger", "release", "monitor")
STAGES = {
    "mlops_check_setup": "doctor",
    "mlops_find_records": "all",
    "mlops_save_record": "all",
    "mlops_locate_store": "all",
    "mlops_freeze_store": "all",
    "mlops_thaw_store": "all",
    "mlops_keep_files": ", ".join(ORDER),
    "mlops_bring_files": ", ".join(ORDER),
    "mlops_notify": "all",
    "mlops_gate_files": "integrate",
    "mlops_post_review": "comment",
    "mlops_find_approval": "approve",
    "mlops_resolve_data": "integrate, trigger, monitor",
    "mlops_fetch_data": "trigger, release, monitor",
    "mlops_pull_data": "integrate",
    "mlops_link_data": "integrate",
    "mlops_open_table": "integrate, trigger, release, monitor",
    "mlops_open_tracker": "develop, trigger",
    "mlops_run_pipeline": "develop, trigger",
    "mlops_describe_steps": "integrate",
    "mlops_describe_revision": "develop, integrate",
    "mlops_package_pipeline": "integrate, deliver",
    "mlops_validate_data": "integrate, trigger",
    "mlops_draft_suite": "init",
    "mlops_validate_pipeline": "develop, integrate",
    "mlops_check_target": "deliver, release",
    "mlops_deploy": "deliver, release, rollback",
    "mlops_observe": "deliver, trigger, release, rollback",
    "mlops_serve": "serve",
    "mlops_find_model": "develop, trigger, release, monitor, rollback",
    "mlops_register_model": "trigger",
    "mlops_promote_model": "release, rollback",
    "mlops_evaluate_model": "release",
    "mlops_find_triggers": "trigger",
    "mlops_compare_data": "monitor",
}


def declarations(root: Path) -> list[tuple[Path, Plugin, tuple[str, ...]]]:
    """(folder, declaration, hooks) of every plugin under plugins/."""
    found = []
    for file in sorted(root.glob("plugins/*/pyproject.toml")):
        entries = tomllib.loads(file.read_text(encoding="utf-8"))["project"]["entry-points"]["mlops_ext"]
        for name, module in entries.items():
            row = check(Loaded(name, file.parent.name, import_module(module)))
            if row.plugin is None:
                raise ValueError(f"{name}: {row.error}")
            found.append((file.parent, row.plugin, row.hooks))
    return found


def plugin_table(root: Path) -> str:
    """For plugins/README.md: everything that each declares."""
    lines = ["| plugin | tool | roles | kinds | hooks | asked in |", "|---|---|---|---|---|---|"]
    for folder, plugin, hooks in declarations(root):
        lines.append(
            f"| [{plugin.name}]({folder.name}/) | {_words(plugin.tools)} | {_words(plugin.roles)} "
            f"| {_words(plugin.kinds)} | {_words([f'`{hook}`' for hook in hooks])} | {stages(hooks)} |"
        )
    return "\n".join(lines)


def readme_table(root: Path) -> str:
    """For the root README: one line each, by what it answers for."""
    lines = ["| plugin | wraps | answers for | asked in |", "|---|---|---|---|"]
    for folder, plugin, hooks in declarations(root):
        jobs = [*plugin.roles, *(f"target kind `{kind}`" for kind in plugin.kinds)]
        jobs = jobs or [f"`{hook}`" for hook in hooks if hook != "mlops_check_setup"]
        lines.append(
            f"| [{plugin.name}](plugins/{folder.name}/) | {_words(plugin.tools)} "
            f"| {_words(jobs)} | {stages(hooks)} |"
        )
    return "\n".join(lines)


def plugin_pages(root: Path) -> str:
    """For the reference: each plugin with its own settings."""
    return "\n\n".join(_page(folder, plugin, hooks) for folder, plugin, hooks in declarations(root))


def stages(hooks: tuple[str, ...]) -> str:
    """The stages in which any of these hooks is asked."""
    mine = {stage for hook in hooks for stage in STAGES[hook].split(", ")}
    return "all" if "all" in mine else _words([stage for stage in ORDER if stage in mine])


def _page(folder: Path, plugin: Plugin, hooks: tuple[str, ...]) -> str:
    own = _settings(plugin.name, plugin.settings) if plugin.settings else "It has no settings of its own."
    hooks_line = ", ".join(f"[`{hook}`](hooks.md#{hook})" for hook in hooks)
    return (
        f"## {plugin.name}\n\nDistribution [`{folder.name}`](../../plugins/{folder.name}/). "
        f"Roles: {_words(plugin.roles)}. Kinds: {_words(plugin.kinds)}.\n\nHooks: {hooks_line}.\n\n{own}"
    )


def _settings(name: str, kind: type[msgspec.Struct]) -> str:
    rows = [f"{field.name} = {_default(field)}" for field in msgspec.structs.fields(kind)]
    block = ["[tool.mlops-ext]", f'plugins = ["{name}"]', "", f"[tool.mlops-ext.{name}]", *rows]
    return "\n".join([inspect.cleandoc(kind.__doc__ or ""), "", "```toml", *block, "```"])


def _default(field: object) -> str:
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()  # type: ignore[attr-defined]
    return msgspec.json.encode(value).decode()


def _words(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(words) or "none"
