"""Writes what the reference says of the code: blocks in pages, and JSON Schemas.

Usage: python docs/reference/generate.py [--check]

A block stands between `<!-- generated: NAME -->` and `<!-- end -->`; the words around it are written by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from describe_code import commands, exit_codes, hooks, records, structs
from describe_findings import findings
from describe_plugins import plugin_pages, plugin_table, readme_table
from describe_settings import schemas, settings_pages

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
PAGES = (
    "README.md",
    "plugins/README.md",
    *(
        f"docs/reference/{name}.md"
        for name in ("cli", "exit-codes", "findings", "hooks", "plugins", "records", "settings")
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes what the reference says of the code")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if something is out of date")
    arguments = parser.parse_args()
    stale = {path: text for path, text in wanted().items() if current(path) != text}
    for path, text in () if arguments.check else stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    sys.stdout.writelines(f"{path.relative_to(ROOT)}\n" for path in stale)
    return 1 if arguments.check and stale else 0


def wanted() -> dict[Path, str]:
    """Every page and schema as it should be."""
    blocks = make_blocks()
    pages = {ROOT / name: filled((ROOT / name).read_text(encoding="utf-8"), blocks) for name in PAGES}
    folder = ROOT / "docs" / "reference" / "schemas"
    return pages | {folder / f"{name}.json": text for name, text in schemas(ROOT).items()}


def make_blocks() -> dict[str, str]:
    """The text of each block by its name."""
    return {
        "commands": commands(),
        "exit-codes": exit_codes(),
        "findings": findings(),
        "hooks": hooks(),
        "types": structs(),
        "record": records(),
        "plugin-table": plugin_table(ROOT),
        "readme-plugins": readme_table(ROOT),
        "plugin-pages": plugin_pages(ROOT),
        "settings": settings_pages(),
    }


def filled(text: str, blocks: dict[str, str]) -> str:
    """The page with every block as the code has it."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{blocks[found[2]].strip()}\n\n{found[3]}", text)


def current(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
