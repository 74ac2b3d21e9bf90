"""``ircon themes``: what there is, and what is wrong with a file."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.commands.words import exactly

USAGE = "[--check FILE]"
EXAMPLES = """\
  ircon themes
  ircon themes --check mine.toml"""


def options(parser: argparse.ArgumentParser) -> None:
    """``--check`` reads one file."""
    parser.add_argument("--check", metavar="FILE", help="say what is wrong with this file")


def run(line: Line, context: Context) -> int:
    """List them; files that cannot be used are named on standard error."""
    exactly(line.words)
    from ircon.console import theming

    if line.check:
        theme = theming.parse(Path(line.check).read_text(encoding="utf-8"), line.check)
        context.out.line(f"{line.check}: theme '{theme.name}' can be used")
        context.out.answer([{"name": theme.name}])
        return 0
    config = context.desk.paths.config
    loaded = theming.load(theming.folders(config, os.environ.get("IRCON_THEMES")))
    for name in sorted(loaded.themes):
        context.out.line(name)
    for problem in loaded.failed:
        context.out.aside(f"ircon: {problem}")
    context.out.aside(f"Your own go into {config / 'themes'}; 'theme' in config.toml chooses one.")
    context.out.answer([{"name": name} for name in sorted(loaded.themes)])
    return 1 if loaded.failed else 0
